"""
Single sign-on by OpenID Connect: the authorization code flow with PKCE, a state, and a nonce.

===============  ====================================================================================
`provider`       asks the provider: its description, its keys, tokens for a code
`verifying`      whether an id token is the provider's, for us, for this sign-in, and now
`admitting`      what its claims make somebody, and which account is theirs
`errand`         what the browser keeps between leaving for the provider and coming back
`views`          the two addresses
===============  ====================================================================================
"""
