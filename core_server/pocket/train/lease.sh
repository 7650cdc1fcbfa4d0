#!/usr/bin/env bash
# Trains Pocket on a borrowed GPU machine without network, in three commands of nine minutes:
#   bash core_server/pocket/train/lease.sh 1 BAG OUT      (then 2, then 3)
# BAG is what `python -m core_server.pocket.train.travel pack BAG` made; packed weights come to OUT
# after each. A later command goes on where the one before ended: from its checkpoints if the
# machine still has them, otherwise from packed weights in core_server/pocket/weights. Where only
# 64 MiB may travel: the first command can do without those weights, the others without BAG/teacher.
set -euo pipefail
stage=$1 bag=$2 out=$3
begun=$SECONDS limit=${LIMIT_S:-540}
home=${IMPASTO_POCKET_CACHE:-/tmp/impasto-pocket}
export IMPASTO_POCKET_CACHE=$home HF_HUB_OFFLINE=1 PYTHONUNBUFFERED=1 PYTHONPATH=/tmp/impasto-site:.
python=${PYTHON:-python3}
train=("$python" -m core_server.pocket.train)
places=(--folder "$home/run" --data "$home/pocket-data.npz")
cores=$(nproc)

# minutes SHARE RESERVE_S: a share of what is left of this command's time, less a reserve.
minutes() { "$python" -c "print(max(0.1, ($limit - $2 - ($SECONDS - $begun)) * $1 / 60))"; }

if [ ! -e "$home/ready" ]; then
    mkdir -p "$home/run"
    "$python" -m pip install -q --no-index --no-deps --target /tmp/impasto-site "$bag"/wheels/*.whl
    "$python" -m core_server.pocket.train.travel unpack "$bag" "${places[@]}" --processes "$cores"
    if [ "$stage" != 1 ]; then "${train[@]}" unpack --fresh "${places[@]}"; fi
    touch "$home/ready"
fi

case $stage in
1)
    "${train[@]}" clip --batch "${CLIP_BATCH:-2048}" --minutes "$(minutes 0.55 60)" "${places[@]}"
    "${train[@]}" prior --minutes "$(minutes 0.2 60)" "${places[@]}"
    "${train[@]}" decoder --batch "${BATCH:-1024}" --decay 0 --minutes "$(minutes 1 60)" "${places[@]}"
    ;;
2) "${train[@]}" decoder --batch "${BATCH:-1024}" --decay 0 --minutes "$(minutes 1 30)" "${places[@]}" ;;
3) "${train[@]}" decoder --batch "${BATCH:-1024}" --decay 0.5 --minutes "$(minutes 1 30)" "${places[@]}" ;;
*) echo "the command is 1, 2 or 3, not $stage" >&2; exit 2 ;;
esac
"${train[@]}" pack "${places[@]}" --weights "$out" --fact "minutes=9 a command, command $stage of 3"
for sheet in $(ls -t "$home"/run/decoder-*.png 2>/dev/null | head -n 2); do cp "$sheet" "$out"; done
