"""The loss to expect from a schedule after one logged run, and the lr to use after an LR range test."""
