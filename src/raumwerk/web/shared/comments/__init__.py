"""Discussion at anything that is registered, and its moderation: report, decision with reason, appeal, log."""
