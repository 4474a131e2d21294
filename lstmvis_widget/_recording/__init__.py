"""What `record_states` is made of. PyTorch is imported when the first of it is needed, never before."""
