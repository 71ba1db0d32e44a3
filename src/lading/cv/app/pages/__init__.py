"""
The pages of CV reviews, for people with a browser.

Whoever mounts them says who may enter: `path("cv/", include(urls.patterns(guard)))`, where `guard` wraps each view and lets
nobody in who is not signed in. They extend `lading/base.html`, and need no script to work.
"""
