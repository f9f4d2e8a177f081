"""Reading people, organisations and invitations."""
