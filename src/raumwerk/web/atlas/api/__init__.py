"""The JSON interface: parameters, answers, problems."""
