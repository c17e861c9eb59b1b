./distributed_train.sh 4 /data/imagenet
torchrun --nproc_per_node=4 train.py --data-dir /data/imagenet --model resnet50 --sched step --epochs 200 \
    --decay-epochs 40 --decay-rate 0.2 --lr 0.4 --warmup-epochs 5 --warmup-lr 1e-4 -b 128 --amp
