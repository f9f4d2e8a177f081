"""Signing in through the provider the operator configured (OpenID Connect).

allauth does the steps; what it leaves open is closed here: the ID token's signature, issuer, audience and nonce are
always checked, answers are only asked for where the configured provider may send us, and nothing is kept but a digest
that recognises the person.
"""
