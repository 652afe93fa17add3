/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The README files. The indented lines are one shell script, the same in both languages; tests/proofs.t takes them out
 * of a bundle and runs them, so the advice that a reader follows is advice that works.
 */
#include "evidence/bundle_readme.h"

#include <inttypes.h>

static const char words_en[] =
    "Evidence bundle of %s\n"
    "\n"
    "What it shows: %zu entries of this case, from the first to the closing list, and %zu entries of other subjects\n"
    "(listing, policy, stock). Each entry (data/leaves) stands in an append-only log of %" PRIu64
    " entries whose head\n"
    "(log/) is signed. Each item (data/items) is bound to its entry by a salted hash. data/case.json lists "
    "everything.\n"
    "\n"
    "What it does not show:\n"
    "- %zu items are not in this copy; data/case.json says which and why. Their entries and proofs are here.\n"
    "- Times are those of the platform's own clock. No other party's timestamp is in this version of the format.\n"
    "- The log is kept by the platform, which may be a party. That an entry is in it does not make its content true.\n"
    "- This text, bag-info.txt and data/law are not signed. The key in trust/ is a copy for convenience: compare the\n"
    "  line below with the one that the platform publishes, or the check proves only that the bundle agrees with "
    "itself.\n"
    "\n"
    "Key of the log: %s\n"
    "\n"
    "With the program: shuntui verify --log-key KEY FILE\n"
    "With common tools (coreutils, OpenSSL 3), in the folder of this bundle; every line must succeed:\n"
    "\n";

static const char words_zh[] =
    "%s 的证据包\n"
    "\n"
    "能证明什么: 本案从第一条到结尾清单共 %zu 条记录, 另有其他对象 (商品页面、退款规则、入库) 的 %zu 条记录。\n"
    "每条记录 (data/leaves) 都在一份只增不改、共 %" PRIu64 " 条的日志中, 日志头 (log/) 有签名; 每份内容 (data/items)\n"
    "以加盐哈希与记录绑定。data/case.json 列出全部内容。\n"
    "\n"
    "不能证明什么:\n"
    "- 有 %zu 份内容不在此副本中, 是哪些、为什么, 见 data/case.json; 它们的记录和证明仍在。\n"
    "- 时间是平台自己的时钟, 本版格式中没有第三方时间戳。\n"
    "- 日志由平台保管, 平台可能是一方当事人。记录在日志中, 不等于其内容属实。\n"
    "- 本说明、bag-info.txt 和 data/law 没有签名。trust/ 中的公钥只是为方便而附的副本: 请与平台公布的公钥核对,\n"
    "  否则只能证明证据包自身前后一致。\n"
    "\n"
    "日志公钥: %s\n"
    "\n"
    "用本程序核验: shuntui verify --log-key 公钥 文件\n"
    "用通用工具 (coreutils, OpenSSL 3) 核验, 在证据包目录中执行, 每一行都必须成功:\n"
    "\n";

static const char script_files[] =
    "    sha256sum -c --strict --quiet manifest-sha256.txt tagmanifest-sha256.txt\n"
    "    sha512sum -c --strict --quiet manifest-sha512.txt tagmanifest-sha512.txt\n"
    "    test $(find data -type f | wc -l) = $(sed -n 's/^Payload-Oxum: .*[.]//p' bag-info.txt)\n"
    "    for salt in data/salts/*.salt; do\n"
    "      n=$(basename \"$salt\" .salt)\n"
    "      cm=$(cat \"$salt\" data/items/$n.* | sha256sum | cut -c1-64)\n"
    "      grep -q \"\\\"cm\\\":\\\"$cm\\\"\" data/leaves/$n.leaf || exit 1\n"
    "    done\n"
    "    w=$(mktemp -d)\n";

static const char script_signature[] = "    sed -e '/^$/,$d' $note > $w/text\n"
                                       "    sed -n 's/^— [^ ]* //p' $note | base64 -d | tail -c 64 > $w/signature\n"
                                       "    { printf '\\060\\052\\060\\005\\006\\003\\053\\145\\160\\003\\041\\000'; "
                                       "cut -d+ -f3- trust/log.vkey | base64 -d | "
                                       "tail -c 32; } > $w/key\n"
                                       "    openssl pkeyutl -verify -pubin -keyform DER -inkey $w/key -rawin -in "
                                       "$w/text -sigfile $w/signature || exit 1\n";

/* RFC 9162 section 2.1.3.2 in shell. */
static const char script_inclusion[] =
    "    for proof in data/proofs/*.tlog-proof; do\n"
    "      n=$(basename \"$proof\" .tlog-proof)\n"
    "      i=$(sed -n 's/^index //p' $proof); s=$(($(sed -n 2p $note) - 1))\n"
    "      test $i -le $s || exit 1\n"
    "      { printf '\\000'; cat data/leaves/$n.leaf; } | openssl dgst -sha256 -binary > $w/h\n"
    "      for p in $(sed -e '1,2d' -e '/^$/,$d' $proof); do\n"
    "        test $s -gt 0 || exit 1\n"
    "        echo $p | base64 -d > $w/p\n"
    "        if test $((i & 1)) = 1 || test $i = $s; then\n"
    "          { printf '\\001'; cat $w/p $w/h; } | openssl dgst -sha256 -binary > $w/t\n"
    "          while test $((i & 1)) = 0 && test $i != 0; do i=$((i >> 1)); s=$((s >> 1)); done\n"
    "        else\n"
    "          { printf '\\001'; cat $w/h $w/p; } | openssl dgst -sha256 -binary > $w/t\n"
    "        fi\n"
    "        mv $w/t $w/h; i=$((i >> 1)); s=$((s >> 1))\n"
    "      done\n"
    "      test $s = 0 && test \"$(base64 -w0 $w/h)\" = \"$(sed -n 3p $note)\" || exit 1\n"
    "    done\n"
    "    rm -r $w\n";

void bundle_readme_write(const struct bundle_readme_facts *facts, bool chinese, struct buffer *out)
{
    buffer_addf(out, chinese ? words_zh : words_en, facts->subject, facts->chain_count, facts->related_count,
                facts->log_size, facts->missing_count, facts->vkey);
    buffer_add_string(out, script_files);
    buffer_addf(out, "    note=log/%" PRIu64 ".note\n", facts->log_size);
    buffer_add_string(out, script_signature);
    buffer_add_string(out, script_inclusion);
}
