/* SPDX-License-Identifier: Apache-2.0 */
/* The chain of the case, that it is whole, and what its times say. */
#include <inttypes.h>
#include <string.h>

#include "base/time.h"
#include "evidence/verify/verification.h"

static void chain_failure(struct verification *v, const struct verified_item *item, const char *en, const char *zh)
{
    verification_say(v, EVIDENCE_CHECK_CHAIN, EVIDENCE_STATE_FAILED, item->leaf_file->path, item->leaf.sequence, en,
                     zh);
}

static void check_chain(struct verification *v)
{
    uint8_t previous[HASH_BYTES] = {0};
    for (size_t i = 0; i < v->chain_count; i++) {
        const struct verified_item *item = &v->items[i];
        if (item->leaf.sequence != (int64_t)i + 1)
            chain_failure(v, item, "Its sequence number does not continue the chain: a leaf is missing before it.",
                          "序号不连续: 之前缺少条目。");
        else if (i > 0 && memcmp(previous, item->leaf.previous, HASH_BYTES) != 0)
            chain_failure(v, item, "It points to another leaf than the one before it.", "其指向的上一条与前一条不符。");
        else if (i > 0 && item->is_included && item[-1].is_included && item->index <= item[-1].index)
            chain_failure(v, item, "It stands in the log before the leaf that it follows.",
                          "其在日志中的位置早于上一条。");
        memcpy(previous, item->leaf_file->sha256, HASH_BYTES);
    }
    if (v->chain_count == 0)
        verification_add(v, EVIDENCE_CHECK_CHAIN, EVIDENCE_STATE_FAILED, BUNDLE_CASE, 0,
                         "There is no leaf of this case.", "没有本案的条目。");
    else if (!v->failed_by[EVIDENCE_CHECK_CHAIN])
        verification_add(v, EVIDENCE_CHECK_CHAIN, EVIDENCE_STATE_OK, "", 0,
                         "Leaves 1 to %zu follow each other without a gap.", "第 1 至 %zu 条前后相连, 没有缺口。",
                         v->chain_count);
}

static void check_case_manifest(struct verification *v)
{
    const struct verified_item *last = v->chain_count ? &v->items[v->chain_count - 1] : NULL;
    if (!last || last->leaf.kind != EVIDENCE_KIND_CASE_MANIFEST || !last->item_file) {
        verification_add(v, EVIDENCE_CHECK_CASE_MANIFEST, EVIDENCE_STATE_FAILED, BUNDLE_CASE, 0,
                         "The case does not end in its closing list, so leaves may be missing at the end.",
                         "本案没有以结尾清单结束, 末尾可能缺少条目。");
        return;
    }
    struct buffer expected;
    char when[TIME_TEXT_BYTES];
    buffer_init(&expected, 512);
    if (last->leaf.sequence > 1)
        evidence_case_manifest_write(v->report->subject, last->leaf.sequence - 1, last->leaf.previous, &expected);
    time_format(last->leaf.received_at_us, when);
    if (!text_equal(buffer_text(&expected), verification_content(last->item_file)))
        verification_add(v, EVIDENCE_CHECK_CASE_MANIFEST, EVIDENCE_STATE_FAILED, last->item_file->path,
                         last->leaf.sequence, "The closing list states another number or another last leaf.",
                         "结尾清单所写条数或最后一条与实际不符。");
    else if (!v->failed_by[EVIDENCE_CHECK_CASE_MANIFEST] && !v->failed_by[EVIDENCE_CHECK_CHAIN])
        verification_add(v, EVIDENCE_CHECK_CASE_MANIFEST, EVIDENCE_STATE_OK, "", last->leaf.sequence,
                         "The case is whole as of %s: the closing list counts all leaves before it.",
                         "截至 %s 案卷完整: 结尾清单列明之前的全部条目。", when);
    buffer_done(&expected);
}

/* Times are claims of the platform; what can be checked is whether they contradict each other. */
static void check_time(struct verification *v)
{
    int64_t gap_us = 0, gap_at = 0, latest_us = 0;
    for (size_t i = 0; i < v->chain_count; i++) {
        const struct evidence_leaf *leaf = &v->items[i].leaf;
        if (leaf->received_at_us < latest_us)
            verification_add(v, EVIDENCE_CHECK_TIME, EVIDENCE_STATE_NOT_SHOWN, v->items[i].leaf_file->path,
                             leaf->sequence, "Its time of receipt is before that of the leaf before it.",
                             "其接收时间早于前一条。");
        if (leaf->event_at_us > leaf->received_at_us)
            verification_add(v, EVIDENCE_CHECK_TIME, EVIDENCE_STATE_NOT_SHOWN, v->items[i].leaf_file->path,
                             leaf->sequence, "It claims to have happened after it was received.",
                             "其所称发生时间晚于接收时间。");
        else if (leaf->received_at_us - leaf->event_at_us > gap_us) {
            gap_us = leaf->received_at_us - leaf->event_at_us;
            gap_at = leaf->sequence;
        }
        latest_us = leaf->received_at_us > latest_us ? leaf->received_at_us : latest_us;
    }
    verification_add(v, EVIDENCE_CHECK_TIME, EVIDENCE_STATE_NOT_SHOWN, "", gap_at,
                     "All times are the platform's own clock; no other party stamped them. Longest time between a "
                     "claimed event and its receipt: %" PRId64 " seconds.",
                     "时间均为平台自身时钟, 没有第三方时间戳。所称发生时间与接收时间最大相差 %" PRId64 " 秒。",
                     gap_us / TIME_SECOND_US);
}

void verification_chain(struct verification *v)
{
    check_chain(v);
    check_case_manifest(v);
    check_time(v);
}
