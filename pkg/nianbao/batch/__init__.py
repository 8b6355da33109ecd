"""Many reports: what is to be made, why, and how it gets whole into the outputs folder."""
