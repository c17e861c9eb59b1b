#!/bin/bash
# Pretrains a small GPT.
export CUDA_DEVICE_MAX_CONNECTIONS=1

GPUS_PER_NODE=8
CHECKPOINT_PATH=$1
LR=3e-4

DISTRIBUTED_ARGS=(
    --nproc_per_node $GPUS_PER_NODE
    --nnodes 1
)

TRAINING_ARGS=(
    --micro-batch-size 4
    --global-batch-size 256
    --train-iters 10000        # 2.56 million samples
    --lr ${LR}
    --min-lr 3e-5
    --lr-decay-style cosine
    --lr-decay-iters 9000
    --lr-warmup-fraction .01
    --clip-grad 1.0
)

torchrun ${DISTRIBUTED_ARGS[@]} pretrain_gpt.py \
    ${TRAINING_ARGS[@]} \
    --save "$CHECKPOINT_PATH" \
    --tensorboard-dir logs
