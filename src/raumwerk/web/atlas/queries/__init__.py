"""Reading: everything the Atlas shows is asked here, from one published release at a time."""
