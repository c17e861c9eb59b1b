torchrun --standalone --nproc_per_node=8 train.py nanogpt_config.py --max_iters=5000 --lr_decay_iters=5000 --warmup_iters=100
