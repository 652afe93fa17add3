/* SPDX-License-Identifier: Apache-2.0 */
/* From a row of pages.def and the pack to the head of a page's HTML. */
#include "http/web.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"
#include "http/route.h"

#define ARENA_BYTES (64 * 1024 * 1024)
#define HEAD_BYTES_MAX (64 * 1024)
#define STYLE_BYTES_MAX (512 * 1024)
#define SOURCES_MAX 12
#define FILES_MAX 200

struct row {
    const char *path, *source, *areas, *first;
    unsigned access;
    const char *titles[WEB_LANGUAGES];
};
#define PAGE(NAME, PATH, SOURCE, AREAS, FIRST, ACCESS, TITLE_ZH, TITLE_EN)                                             \
    [HTTP_PAGE_##NAME] = {PATH, SOURCE, AREAS, FIRST, ACCESS, {TITLE_ZH, TITLE_EN}},
static const struct row rows[HTTP_PAGE_COUNT] = {
#include "http/pages.def"
};
#undef PAGE
static const struct row missing_row = {.path = "",
                                       .source = "account/MissingPage.vue",
                                       .areas = "",
                                       .first = "",
                                       .titles = {"没有这个页面", "No such page"}};

struct web {
    struct arena *arena;
    struct pack *pack;
    struct web_page pages[HTTP_PAGE_COUNT], missing;
};

/* ---- what a page needs ---- */

struct needs {
    struct text scripts[FILES_MAX];
    const struct pack_file *styles[FILES_MAX];
    size_t script_count, style_count;
};

static void script_add(struct needs *needs, struct text script)
{
    for (size_t i = 0; i < needs->script_count; i++)
        if (text_equal(needs->scripts[i], script))
            return;
    if (needs->script_count < FILES_MAX)
        needs->scripts[needs->script_count++] = script;
}

static void style_add(struct needs *needs, const struct pack_file *style)
{
    for (size_t i = 0; i < needs->style_count; i++)
        if (needs->styles[i] == style)
            return;
    if (needs->style_count < FILES_MAX)
        needs->styles[needs->style_count++] = style;
}

static void source_add(struct needs *needs, const struct pack_source *source)
{
    for (size_t i = 0; source && i < source->script_count; i++)
        script_add(needs, source->scripts[i]);
    for (size_t i = 0; source && i < source->style_count; i++)
        style_add(needs, source->styles[i]);
}

/* A source that the pack does not have is one that this build left out: the page still opens, one step later. */
static void name_add(struct needs *needs, const struct pack *pack, const char *folder, struct text name,
                     const char *ending)
{
    char path[200];
    int length = snprintf(path, sizeof path, "%s%.*s%s", folder, TEXT_ARG(name), ending);
    assert(length > 0 && (size_t)length < sizeof path);
    source_add(needs, pack_source_find(pack, text_of(path)));
}

/* Words of an area are a file of their own, which somebody wrote or a tool made from the tables of the program. */
static void words_add(struct needs *needs, const struct pack *pack, const char *areas, enum web_language language)
{
    static const char *const folders[WEB_LANGUAGES] = {"src/words/zh-CN/", "src/words/en/"};
    static const char *const made[WEB_LANGUAGES] = {".zh-CN.ts", ".en.ts"};
    for (const char *at = areas; *at; at += strspn(at, " ")) {
        struct text area = {at, strcspn(at, " ")};
        name_add(needs, pack, folders[language], area, ".ts");
        name_add(needs, pack, "src/generated/", area, made[language]);
        at += area.length;
    }
}

static bool is_desk(const char *path)
{
    return (path[1] == 'm' || path[1] == 'a') && (path[2] == '\0' || path[2] == '/');
}

static void needs_of(const struct pack *pack, const struct row *row, enum web_language language, struct needs *ret)
{
    *ret = (struct needs){.script_count = 0};
    source_add(ret, pack_entry(pack));
    if (row->path[0] && is_desk(row->path))
        name_add(ret, pack, "src/", TEXT_LITERAL("shell/ConsoleShell.vue"), "");
    name_add(ret, pack, "src/", text_of(row->source), "");
    /* Chinese comes with the code that uses it, in either language; the common part of it in the entry. */
    words_add(ret, pack, row->areas, WEB_ZH);
    if (language == WEB_EN) {
        words_add(ret, pack, "common", language);
        words_add(ret, pack, row->areas, language);
    }
}

/* ---- the head ---- */

static const char *const descriptions[WEB_LANGUAGES] = {
    "虚拟商品交易的退款与争议处理：按购买时展示的规则裁决，从担保款退回，并给出任何人都能核验的证据。",
    "Refunds and disputes for virtual goods: decided by the rule that was shown at purchase, paid back from escrow, "
    "proved by "
    "evidence that anyone can check.",
};
static const char *const names[WEB_LANGUAGES] = {"顺退", "Shuntui"};

/* Titles are constants of the program without characters that mean something in HTML. */
static void title_write(struct buffer *out, const char *title, enum web_language language)
{
    buffer_addf(out, "<title>%s%s%s</title>\n", title, *title ? " · " : "", names[language]);
}

static void links_write(struct buffer *out, const struct needs *needs, const struct pack_source *entry)
{
    /* The entry's own file is wanted first, so it stands first. */
    buffer_addf(out, "<script type=\"module\" src=\"%.*s\"></script>\n", TEXT_ARG(entry->scripts[0]));
    for (size_t i = 1; i < needs->script_count; i++)
        buffer_addf(out, "<link rel=\"modulepreload\" href=\"%.*s\">\n", TEXT_ARG(needs->scripts[i]));
    /* These styles are in the page already. A link that is disabled is not fetched, and the loader of a chunk that would
     * otherwise fetch its style sheet, and wait for it, finds it there. */
    for (size_t i = 0; i < needs->style_count; i++)
        buffer_addf(out, "<link rel=\"stylesheet\" href=\"%.*s\" disabled>\n", TEXT_ARG(needs->styles[i]->name));
}

static struct text before_make(struct web *web, const struct row *row, const struct needs *needs,
                               enum web_language language)
{
    struct buffer out;
    buffer_init(&out, HEAD_BYTES_MAX);
    buffer_add_string(&out, "<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, "
                            "initial-scale=1, viewport-fit=cover\">\n");
    title_write(&out, row->titles[language], language);
    links_write(&out, needs, pack_entry(web->pack));
    buffer_addf(&out, "<meta name=\"description\" content=\"%s\">\n", descriptions[language]);
    buffer_add_string(&out, "<meta name=\"color-scheme\" content=\"light dark\">\n"
                            "<link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\n"
                            "<link rel=\"manifest\" href=\"/manifest.webmanifest\">\n");
    assert(buffer_check(&out, NULL) == 0); /* FILES_MAX names fit */
    struct text text = arena_copy_text(web->arena, buffer_text(&out));
    buffer_done(&out);
    return text;
}

/* ---- the style sheet, and the policy that names it ---- */

/* Scripts come from files of this server alone, styles from these and the one in the page; nothing is framed, sent to or fetched
 * from elsewhere. Trusted types: no text becomes HTML or a script's address except through the policies named here. */
static const char policy_format[] =
    "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-%s'; img-src 'self' blob: data:; media-src 'self' "
    "blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; font-src 'none'; base-uri 'none'; form-action "
    "'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types vue shuntui";

static const char *policy_make(struct web *web, struct text css)
{
    uint8_t hash[HASH_BYTES];
    struct buffer base64;
    buffer_init(&base64, 64);
    hash_sha256(css.data, css.length, hash);
    buffer_add_base64(&base64, hash, sizeof hash);
    const char *policy = arena_printf(web->arena, policy_format, base64.data);
    buffer_done(&base64);
    return policy;
}

static bool same_styles(const struct needs *a, const struct needs *b)
{
    return a->style_count == b->style_count && memcmp(a->styles, b->styles, a->style_count * sizeof a->styles[0]) == 0;
}

/* Heads with the same style sheets share one text: few pages have any of their own. */
struct styled {
    struct needs needs;
    struct web_head head;
};

static void style_pack(struct web *web, struct web_head *head)
{
    struct buffer packed;
    buffer_init(&packed, STYLE_BYTES_MAX * 2);
    gzip_part_make(head->style, &packed, &head->packed_style);
    head->packed_style.deflated = arena_copy_text(web->arena, head->packed_style.deflated);
    buffer_done(&packed);
}

static int style_make(struct web *web, const struct needs *needs, struct web_head *ret, struct error *error)
{
    static const char open[] = "<style>", close[] = "</style>\n";
    struct buffer out;
    buffer_init(&out, STYLE_BYTES_MAX);
    buffer_add_string(&out, open);
    for (size_t i = 0; i < needs->style_count; i++)
        buffer_add_text(&out, needs->styles[i]->plain);
    struct text css = {out.data + sizeof open - 1, out.length - (sizeof open - 1)};
    bool is_whole = buffer_check(&out, NULL) == 0 && !memmem(css.data, css.length, "</", 2);
    if (is_whole) {
        ret->policy = policy_make(web, css);
        buffer_add_string(&out, close);
        ret->style = arena_copy_text(web->arena, buffer_text(&out));
        style_pack(web, ret);
    }
    buffer_done(&out);
    return is_whole ? 0 : error_set(error, ERROR_WEB_PACK, "the style sheets of a page cannot stand in HTML");
}

static int head_make(struct web *web, const struct row *row, enum web_language language, struct styled *last,
                     struct web_head *ret, struct error *error)
{
    struct needs needs;
    needs_of(web->pack, row, language, &needs);
    if (!last->head.policy || !same_styles(&last->needs, &needs)) {
        if (style_make(web, &needs, &last->head, error) < 0)
            return -1;
        last->needs = needs;
    }
    *ret = last->head;
    ret->before = before_make(web, row, &needs, language);
    return 0;
}

static int page_make(struct web *web, const struct row *row, struct styled *last, struct web_page *ret,
                     struct error *error)
{
    *ret = (struct web_page){.path = row->path, .first = row->first, .access = row->access};
    for (int language = 0; language < WEB_LANGUAGES; language++)
        if (head_make(web, row, (enum web_language)language, last, &ret->heads[language], error) < 0)
            return -1;
    return 0;
}

int web_open(struct text pack, struct web **ret, struct error *error)
{
    *ret = NULL;
    if (pack.length == 0)
        return 0;
    struct web *web = calloc(1, sizeof *web);
    struct styled *last = calloc(1, sizeof *last);
    if (!web || !last)
        abort();
    web->arena = arena_new(ARENA_BYTES);
    int result = pack_open(pack, &web->pack, error);
    for (size_t i = 0; result == 0 && i < HTTP_PAGE_COUNT; i++)
        result = page_make(web, &rows[i], last, &web->pages[i], error);
    if (result == 0)
        result = page_make(web, &missing_row, last, &web->missing, error);
    free(last);
    if (result < 0)
        web_free(web);
    else
        *ret = web;
    return result;
}

void web_free(struct web *web)
{
    if (!web)
        return;
    pack_free(web->pack);
    arena_free(web->arena);
    free(web);
}

const struct web_page *web_page(const struct web *web, enum http_page_id id)
{
    assert(id < HTTP_PAGE_COUNT);
    return &web->pages[id];
}

const struct web_page *web_page_missing(const struct web *web)
{
    return &web->missing;
}

const struct pack *web_pack(const struct web *web)
{
    return web->pack;
}

struct text web_early(const struct web *web)
{
    const struct pack_source *early = pack_source_find(web->pack, TEXT_LITERAL("src/base/early.ts"));
    return early && early->script_count > 0 ? early->scripts[0] : TEXT_LITERAL("");
}
