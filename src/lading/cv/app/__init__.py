"""CV reviews as background work: what is stored, the steps of a review, what a person can do with it."""
