batch_size = 12
block_size = 1024
learning_rate = 6e-4
max_iters = 600 * 1000
lr_decay_iters = max_iters
min_lr = learning_rate / 10
warmup_iters = 2000
out_dir = print("never run")
