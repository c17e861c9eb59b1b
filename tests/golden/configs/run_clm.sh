deepspeed --num_gpus=8 run_clm.py \
    --model_name_or_path gpt2 \
    --dataset_name wikitext \
    --per_device_train_batch_size 4 \
    --learning_rate 3e-5 --lr_scheduler_type cosine_with_min_lr --lr_scheduler_kwargs '{"min_lr": 3e-6}' \
    --warmup_ratio 0.05 --max_steps 1000 --deepspeed ds_no_scheduler.json \
    --do_train --output_dir /tmp/out
