/* SPDX-License-Identifier: Apache-2.0 */
/* The outside of a bundle: archive, bag declaration, manifests, sizes. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/time.h"
#include "evidence/verify/verification.h"

static void check_container(struct verification *v)
{
    struct error error;
    uint64_t offset = 0;
    char place[64] = "";
    if (evidence_reader_check_container(v->reader, &offset, &error) == 0) {
        verification_add(v, EVIDENCE_CHECK_CONTAINER, EVIDENCE_STATE_OK, "", 0,
                         "The archive is byte for byte as it was written.", "归档文件逐字节与导出时一致。");
    } else if (error.code != ERROR_BUNDLE_REPACKED) {
        verification_error(v, EVIDENCE_CHECK_CONTAINER, "", 0, &error);
    } else {
        snprintf(place, sizeof place, "byte %" PRIu64, offset);
        verification_add(v, EVIDENCE_CHECK_CONTAINER,
                         v->options->allow_repacked ? EVIDENCE_STATE_NOT_SHOWN : EVIDENCE_STATE_FAILED, place, 0,
                         "The archive was packed again or changed outside its files; the checks below judge the files.",
                         "归档文件被重新打包, 或文件之外的字节被改动; 各文件由以下各项核验。");
    }
}

/* ---- manifests ---- */

/* Takes one line off *rest. Returns false when no whole line is left. */
static bool take_line(struct text *rest, struct text *ret_line)
{
    const char *end = rest->length ? memchr(rest->data, '\n', rest->length) : NULL;
    if (!end)
        return false;
    *ret_line = (struct text){rest->data, (size_t)(end - rest->data)};
    *rest = (struct text){end + 1, rest->length - ret_line->length - 1};
    return true;
}

struct manifest_kind {
    enum evidence_check check;
    const char *path;
    bool payload, long_hash;
};

static bool manifest_covers(const struct manifest_kind *kind, const char *path)
{
    bool payload = strncmp(path, "data/", 5) == 0;
    return payload == kind->payload && strncmp(path, "tagmanifest-", 12) != 0;
}

/* Index of the next file that this manifest must list, from `index` on. */
static size_t next_covered(const struct verification *v, const struct manifest_kind *kind, size_t index)
{
    while (index < evidence_reader_count(v->reader) &&
           !manifest_covers(kind, evidence_reader_file(v->reader, index)->path))
        index++;
    return index;
}

static void fail_line(struct verification *v, const struct manifest_kind *kind, size_t line, const char *path,
                      const char *en, const char *zh)
{
    char place[160];
    if (line)
        snprintf(place, sizeof place, "%s line %zu: %.90s", kind->path, line, path);
    else
        snprintf(place, sizeof place, "%.120s", path);
    verification_say(v, kind->check, EVIDENCE_STATE_FAILED, place, 0, en, zh);
}

/* Returns false when the line has not the form "hex  path". */
static bool line_split(struct text line, size_t hash_bytes, uint8_t ret_hash[static 64], struct text *ret_path)
{
    size_t hex = 2 * hash_bytes, length = 0;
    if (line.length < hex + 3 || line.data[hex] != ' ' || line.data[hex + 1] != ' ')
        return false;
    if (hex_decode((struct text){line.data, hex}, ret_hash, 64, &length) || length != hash_bytes)
        return false;
    *ret_path = (struct text){line.data + hex + 2, line.length - hex - 2};
    return true;
}

/* Walks the lines and the files side by side: both are in the order of paths. */
static void manifest_walk(struct verification *v, const struct manifest_kind *kind, struct text rest)
{
    const size_t hash_bytes = kind->long_hash ? 64 : HASH_BYTES, count = evidence_reader_count(v->reader);
    size_t at = next_covered(v, kind, 0), line_number = 0;
    struct text line, path;
    uint8_t hash[64];
    while (take_line(&rest, &line)) {
        line_number++;
        if (!line_split(line, hash_bytes, hash, &path)) {
            fail_line(v, kind, line_number, "", "The line is not \"hash  path\".", "该行不是“哈希  路径”。");
            return;
        }
        int order = 1;
        while (at < count && (order = text_compare(text_of(evidence_reader_file(v->reader, at)->path), path)) < 0) {
            fail_line(v, kind, 0, evidence_reader_file(v->reader, at)->path, "The manifest does not list this file.",
                      "清单中没有该文件。");
            at = next_covered(v, kind, at + 1);
        }
        if (at == count || order > 0) {
            char listed[120];
            snprintf(listed, sizeof listed, "%.*s", (int)(path.length < 100 ? path.length : 100), path.data);
            fail_line(v, kind, line_number, listed, "The listed file is missing, out of order or listed twice.",
                      "清单所列文件缺失、顺序不对或重复。");
            continue;
        }
        const struct evidence_file *file = evidence_reader_file(v->reader, at);
        if (memcmp(hash, kind->long_hash ? file->sha512 : file->sha256, hash_bytes) != 0)
            fail_line(v, kind, line_number, file->path, "The file's bytes are not those that were listed.",
                      "文件内容与清单哈希不符。");
        at = next_covered(v, kind, at + 1);
    }
    if (rest.length)
        fail_line(v, kind, line_number + 1, "", "The last line is cut off.", "最后一行不完整。");
    for (; at < count; at = next_covered(v, kind, at + 1))
        fail_line(v, kind, 0, evidence_reader_file(v->reader, at)->path, "The manifest does not list this file.",
                  "清单中没有该文件。");
}

static void check_manifests(struct verification *v)
{
    static const struct manifest_kind kinds[] = {
        {EVIDENCE_CHECK_TAG_MANIFEST, "tagmanifest-sha256.txt", false, false},
        {EVIDENCE_CHECK_TAG_MANIFEST, "tagmanifest-sha512.txt", false, true},
        {EVIDENCE_CHECK_MANIFEST, "manifest-sha256.txt", true, false},
        {EVIDENCE_CHECK_MANIFEST, "manifest-sha512.txt", true, true},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct evidence_file *file = verification_take(v, kinds[i].path, true);
        if (file && file->content.data)
            manifest_walk(v, &kinds[i], file->content);
        else
            fail_line(v, &kinds[i], 0, kinds[i].path, "The manifest is missing or too large.", "清单缺失或过大。");
    }
    if (!v->failed_by[EVIDENCE_CHECK_TAG_MANIFEST])
        verification_add(v, EVIDENCE_CHECK_TAG_MANIFEST, EVIDENCE_STATE_OK, "", 0,
                         "The bag's own files have their SHA-256 and SHA-512.",
                         "标签文件的 SHA-256 与 SHA-512 均一致。");
    if (!v->failed_by[EVIDENCE_CHECK_MANIFEST])
        verification_add(v, EVIDENCE_CHECK_MANIFEST, EVIDENCE_STATE_OK, "", 0,
                         "Every file under data/ has its SHA-256 and SHA-512.",
                         "data/ 下每个文件的 SHA-256 与 SHA-512 均一致。");
}

static void check_bundle_id(struct verification *v)
{
    const struct evidence_file *file = evidence_reader_find(v->reader, "tagmanifest-sha256.txt");
    if (!file)
        return;
    hash_hex(file->sha256, v->report->bundle_id);
    const char *expected = v->options->expected_bundle_id;
    if (!expected)
        verification_add(v, EVIDENCE_CHECK_BUNDLE_ID, EVIDENCE_STATE_NOT_SHOWN, "", 0,
                         "Bundle id %s: compare it with the one you were given; none was given here.",
                         "证据包编号 %s: 未提供可供核对的编号, 请与您收到的编号核对。", v->report->bundle_id);
    else if (strcmp(expected, v->report->bundle_id) == 0)
        verification_add(v, EVIDENCE_CHECK_BUNDLE_ID, EVIDENCE_STATE_OK, "", 0, "The bundle id is the expected one.",
                         "证据包编号与预期一致。");
    else
        verification_add(v, EVIDENCE_CHECK_BUNDLE_ID, EVIDENCE_STATE_FAILED, "tagmanifest-sha256.txt", 0,
                         "The bundle id is %s, not the expected one.", "证据包编号为 %s, 与预期不符。",
                         v->report->bundle_id);
}

/* ---- bag-info.txt ---- */

static void bag_failure(struct verification *v, const char *place, const char *en, const char *zh)
{
    verification_say(v, EVIDENCE_CHECK_BAG, EVIDENCE_STATE_FAILED, place, 0, en, zh);
}

/* The labels in their order, and where each value goes; a value that goes nowhere is the exporter's own words. */
static void read_bag_info(struct verification *v, struct text rest)
{
    char date[16] = "", format[32] = "";
    const struct {
        const char *label;
        char *target;
        size_t capacity;
    } lines[] = {
        {"Source-Organization: ", NULL, 0},
        {"Bagging-Date: ", date, sizeof date},
        {"External-Identifier: ", v->report->subject, sizeof v->report->subject},
        {"Bag-Software-Agent: ", NULL, 0},
        {"Payload-Oxum: ", v->oxum, sizeof v->oxum},
        {"Bundle-Format: ", format, sizeof format},
        {"Bundle-Created: ", v->created, sizeof v->created},
        {"Log-Origin: ", v->log_origin, sizeof v->log_origin},
        {"Log-Size: ", v->log_size, sizeof v->log_size},
        {"Log-Root: ", v->log_root, sizeof v->log_root},
        {"Case-Leaf-Count: ", v->leaf_count, sizeof v->leaf_count},
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct text line;
        size_t label = strlen(lines[i].label);
        char place[64];
        snprintf(place, sizeof place, "bag-info.txt line %zu", i + 1);
        if (!take_line(&rest, &line) || !text_starts(line, lines[i].label) || line.length == label ||
            text_utf8_bad(line) >= 0 || (lines[i].target && line.length - label >= lines[i].capacity)) {
            bag_failure(v, place, "The line is not the one that the format has there.", "该行不符合格式。");
            return;
        }
        if (lines[i].target)
            memcpy(lines[i].target, line.data + label, line.length - label);
    }
    if (rest.length)
        bag_failure(v, "bag-info.txt line 12", "There are lines too many.", "多出的行。");
    if (strcmp(format, BUNDLE_FORMAT) != 0)
        bag_failure(v, "bag-info.txt line 6", "The format is not one that this program knows.",
                    "本程序不认识该格式版本。");
    if (strncmp(date, v->created, 10) != 0 || strlen(date) != 10)
        bag_failure(v, "bag-info.txt line 2", "The two dates differ.", "两处日期不一致。");
}

static void check_bag(struct verification *v)
{
    const struct evidence_file *declaration = verification_take(v, "bagit.txt", true);
    if (!text_is(verification_content(declaration), BUNDLE_BAGIT))
        bag_failure(v, "bagit.txt", "The declaration is not that of BagIt 1.0 in UTF-8.",
                    "不是 BagIt 1.0 (UTF-8) 声明。");
    read_bag_info(v, verification_content(verification_take(v, "bag-info.txt", true)));
    int64_t created_at_us = 0;
    struct buffer name;
    buffer_init(&name, 256);
    if (time_parse(text_of(v->created), &created_at_us, NULL) == 0)
        evidence_bundle_name(v->report->subject, created_at_us, &name);
    if (!text_is(buffer_text(&name), evidence_reader_folder(v->reader)))
        bag_failure(v, evidence_reader_folder(v->reader), "The folder's name is not that of the case and time inside.",
                    "目录名与包内案号和时间不一致。");
    buffer_done(&name);
    if (!v->failed_by[EVIDENCE_CHECK_BAG])
        verification_add(v, EVIDENCE_CHECK_BAG, EVIDENCE_STATE_OK, "", 0, "A bundle of %s, made %s.",
                         "%s 的证据包, 导出于 %s。", v->report->subject, v->created);
}

static void check_oxum(struct verification *v)
{
    uint64_t bytes = 0, files = 0;
    for (size_t i = 0; i < evidence_reader_count(v->reader); i++) {
        const struct evidence_file *file = evidence_reader_file(v->reader, i);
        if (strncmp(file->path, "data/", 5) == 0) {
            bytes += file->size;
            files++;
        }
    }
    char counted[48];
    snprintf(counted, sizeof counted, "%" PRIu64 ".%" PRIu64, bytes, files);
    bool same = strcmp(counted, v->oxum) == 0;
    verification_add(v, EVIDENCE_CHECK_OXUM, same ? EVIDENCE_STATE_OK : EVIDENCE_STATE_FAILED,
                     same ? "" : "bag-info.txt line 5", 0, "Counted %s (bytes.files), stated %s.",
                     "实际为 %s (字节.文件数), 声明为 %s。", counted, v->oxum);
}

void verification_bag(struct verification *v)
{
    check_container(v);
    check_bag(v);
    check_manifests(v);
    check_oxum(v);
    check_bundle_id(v);
}
