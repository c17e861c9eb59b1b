python pretrain_gpt.py --lr 1e-3 --min-lr 1e-4 --lr-decay-style WSD --lr-wsd-decay-style minus_sqrt \
  --train-samples 256000 --lr-warmup-samples 12800 --lr-wsd-decay-samples 51200 --global-batch-size 128 \
  --micro-batch-size 8 --seq-length 2048
