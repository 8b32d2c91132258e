"""Learning: makes the classifier's learnt data from the posts beside it; never imported by what judges."""
