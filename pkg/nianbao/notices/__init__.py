"""What is sent back to the agencies: notices of what to correct, and who is still awaited."""
