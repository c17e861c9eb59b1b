"""What a schedule will lead to: the loss after one logged run, and the lr that an LR range test speaks for."""
