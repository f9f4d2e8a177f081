"""Small apps that several domain apps use."""
