/* SPDX-License-Identifier: Apache-2.0 */
/* GET of a page: who is signed in and the answer to the page's first question stand in the HTML, read in one snapshot. */
#include "http/page.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "http/access.h"
#include "http/ask.h"
#include "http/internal.h"
#include "http/web.h"

#define FIRST_BYTES_MAX (96 * 1024) /* a larger answer is fetched by the page, while it already shows something */
#define HTML_BYTES_MAX (2 * 1024 * 1024)

/* ---- the reader ---- */

enum theme { THEME_AUTO, THEME_LIGHT, THEME_DARK };

static enum web_language language_of(const struct http_call *call)
{
    struct text chosen;
    const char *list = http_header_find(call, "Accept-Language");
    if (http_cookie_find(call, "shuntui_lang", &chosen) > 0 && (text_is(chosen, "en") || text_is(chosen, "zh-CN")))
        return text_is(chosen, "en") ? WEB_EN : WEB_ZH;
    /* Browsers list languages by preference; one that names Chinese anywhere reads it. */
    bool english_first = list && strncasecmp(list, "en", 2) == 0 && strchr("-,; ", list[2]);
    return english_first && !strcasestr(list, "zh") ? WEB_EN : WEB_ZH;
}

static enum theme theme_of(const struct http_call *call)
{
    struct text chosen;
    if (http_cookie_find(call, "shuntui_theme", &chosen) == 0)
        return THEME_AUTO;
    return text_is(chosen, "light") ? THEME_LIGHT : text_is(chosen, "dark") ? THEME_DARK : THEME_AUTO;
}

/* ---- the first question ---- */

static const struct text *param_of(const struct http_call *call, struct text name)
{
    for (size_t i = 0; i < call->param_count; i++)
        if (text_is(name, call->params[i].name))
            return &call->params[i].value;
    assert(!"a page's question names a parameter that its path does not have");
    return NULL;
}

/* As encodeURIComponent writes it, but for "'", which a URL escapes too. */
static void uri_add(struct buffer *out, struct text value)
{
    for (size_t i = 0; i < value.length; i++) {
        unsigned char c = (unsigned char)value.data[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain || (c && strchr("-_.!~*()", c)))
            buffer_add_char(out, (char)c);
        else
            buffer_addf(out, "%%%02X", c);
    }
}

struct question {
    struct buffer path; /* with its query, as the page would ask */
    size_t path_length; /* without it */
    struct http_query queries[HTTP_QUERY_MAX];
    size_t query_count;
};

static void query_add(struct question *question, struct text name, struct text value)
{
    buffer_add_char(&question->path, question->query_count ? '&' : '?');
    uri_add(&question->path, name);
    buffer_add_char(&question->path, '=');
    uri_add(&question->path, value);
    assert(question->query_count < HTTP_QUERY_MAX);
    question->queries[question->query_count++] = (struct http_query){.name = name, .value = value};
}

/* "limit=24" is always asked; "q" only when the page's own address has it. */
static void query_take(const struct http_call *call, struct question *question, struct text part)
{
    const char *equals = memchr(part.data, '=', part.length);
    if (equals) {
        size_t length = (size_t)(equals - part.data);
        query_add(question, (struct text){part.data, length}, (struct text){equals + 1, part.length - length - 1});
        return;
    }
    for (size_t i = 0; i < call->query_count; i++)
        if (text_equal(call->queries[i].name, part) && call->queries[i].value.length > 0) {
            query_add(question, part, call->queries[i].value);
            return;
        }
}

static void question_make(const struct http_call *call, const char *pattern, struct question *ret)
{
    *ret = (struct question){.query_count = 0};
    buffer_init(&ret->path, 16 * 1024);
    for (; *pattern && *pattern != '?'; pattern++) {
        if (*pattern != '{') {
            buffer_add_char(&ret->path, *pattern);
            continue;
        }
        struct text name = {pattern + 1, strcspn(pattern + 1, "}")};
        buffer_add_text(&ret->path, *param_of(call, name));
        pattern += name.length + 1;
    }
    ret->path_length = ret->path.length;
    while (*pattern) {
        struct text part = {pattern + 1, strcspn(pattern + 1, "&")};
        query_take(call, ret, part);
        pattern += part.length + 1;
    }
}

static bool page_is_for(const struct web_page *page, const struct http_caller *caller)
{
    return (page->access & (1u << caller->role)) != 0;
}

/* Nobody is signed in, and the page asks for one order or claim of a buyer: the browser may have the secret of it. */
static bool secret_may_open(const struct http_call *call, const struct web_page *page)
{
    return strchr(page->first, '{') && call->caller.role == HTTP_ROLE_ANONYMOUS && page->access & ACCESS_BUYER &&
           !page_is_for(page, &call->caller);
}

static void first_write(struct http_call *call, const struct web_page *page, struct json_writer *writer,
                        struct ask_answer *answer)
{
    struct question question;
    *answer = (struct ask_answer){.status = 0};
    if (page->first[0] == '\0') {
        json_key(writer, "first");
        json_add_null(writer);
        return;
    }
    question_make(call, page->first, &question);
    if (!page_is_for(page, &call->caller)) {
        if (secret_may_open(call, page))
            json_member_text(writer, "ask", buffer_text(&question.path));
        json_key(writer, "first");
        json_add_null(writer);
        buffer_done(&question.path);
        return;
    }
    json_key(writer, "first");
    struct text path = {question.path.data, question.path_length};
    ask(call, path, question.queries, question.query_count, answer);
    if (!answer->status || answer->body.length > FIRST_BYTES_MAX || question.path.failed) {
        json_add_null(writer);
    } else {
        json_object_begin(writer);
        json_key(writer, "body");
        json_add_raw(writer, answer->body);
        json_member_string(writer, "etag", answer->etag);
        json_member_text(writer, "path", buffer_text(&question.path));
        json_member_integer(writer, "status", answer->status);
        json_object_end(writer);
    }
    buffer_done(&question.path);
}

/* Who is signed in: null for nobody. Nothing is said when the browser kept the session's cookie back because another site's link
 * led here (SameSite=Strict): the page asks then, and its own request carries the cookie. */
static void session_write(struct http_call *call, struct json_writer *writer)
{
    struct text cookie;
    struct ask_answer answer;
    if (call->caller.token_id[0]) {
        ask(call, TEXT_LITERAL("/v1/session"), NULL, 0, &answer);
        if (answer.status == 200) {
            json_key(writer, "session");
            json_add_raw(writer, answer.body);
        }
    } else if (http_cookie_find(call, HTTP_SIGNED_IN_COOKIE, &cookie) == 0 ||
               http_cookie_find(call, HTTP_SESSION_COOKIE, &cookie) > 0) {
        json_key(writer, "session");
        json_add_null(writer);
    }
}

/* ---- the HTML ---- */

void page_json_add(struct buffer *out, struct text json)
{
    size_t start = 0;
    for (size_t i = 0; i < json.length; i++) {
        const char *escaped = NULL;
        size_t length = 1;
        switch (json.data[i]) {
        case '<':
            escaped = "\\u003c";
            break;
        case '>':
            escaped = "\\u003e";
            break;
        case '&':
            escaped = "\\u0026";
            break;
        case '\xe2': /* U+2028 and U+2029 end a line of JavaScript */
            if (json.length - i > 2 && json.data[i + 1] == '\x80' && (json.data[i + 2] & ~1) == '\xa8') {
                escaped = json.data[i + 2] == '\xa8' ? "\\u2028" : "\\u2029";
                length = 3;
            }
            break;
        default:
            break;
        }
        if (!escaped)
            continue;
        buffer_add(out, json.data + start, i - start);
        buffer_add_string(out, escaped);
        start = i + length;
        i += length - 1;
    }
    buffer_add(out, json.data + start, json.length - start);
}

static const char *const tags[WEB_LANGUAGES] = {"zh-CN", "en"};
static const char *const opening[WEB_LANGUAGES] = {"正在打开…", "Opening…"};
static const char *const no_script[WEB_LANGUAGES] = {
    "本站页面需要 JavaScript。请在浏览器设置里开启它，再重新打开本页。",
    "These pages need JavaScript. Turn it on in the browser's settings and open this page again.",
};

/* The page in three parts, of which the middle one is always the same: the style sheet. */
struct html {
    const struct web_head *head;
    enum web_language language;
    enum theme theme;
    struct text boot;  /* JSON */
    struct text early; /* the script that asks what a guest's secret opens, first of all; or empty */
};

static void before_write(struct buffer *out, const struct html *html)
{
    static const char *const themes[] = {[THEME_AUTO] = "auto", [THEME_LIGHT] = "light", [THEME_DARK] = "dark"};
    static const char *const colours[] = {
        [THEME_AUTO] = "<meta name=\"theme-color\" content=\"#f4f6f8\" media=\"(prefers-color-scheme: light)\">\n"
                       "<meta name=\"theme-color\" content=\"#11151a\" media=\"(prefers-color-scheme: dark)\">\n",
        [THEME_LIGHT] = "<meta name=\"theme-color\" content=\"#f4f6f8\">\n",
        [THEME_DARK] = "<meta name=\"theme-color\" content=\"#11151a\">\n",
    };
    buffer_addf(out, "<!doctype html>\n<html lang=\"%s\" data-theme=\"%s\">\n<head>\n", tags[html->language],
                themes[html->theme]);
    if (html->early.length)
        buffer_addf(out, "<script type=\"module\" async src=\"%.*s\"></script>\n", TEXT_ARG(html->early));
    buffer_add_text(out, html->head->before);
    buffer_add_string(out, colours[html->theme]);
}

static void after_write(struct buffer *out, const struct html *html)
{
    buffer_addf(out, "</head>\n<body>\n<div id=\"app\"><p>%s</p></div>\n<noscript><p>%s</p></noscript>\n",
                opening[html->language], no_script[html->language]);
    buffer_add_string(out, "<script type=\"application/json\" id=\"boot\">");
    page_json_add(out, html->boot);
    buffer_add_string(out, "</script>\n</body>\n</html>\n");
}

static void html_write(struct buffer *out, const struct html *html, bool is_packed)
{
    struct buffer before, after;
    buffer_init(&before, HTML_BYTES_MAX);
    buffer_init(&after, HTML_BYTES_MAX);
    before_write(&before, html);
    after_write(&after, html);
    if (is_packed) {
        gzip_join(out, buffer_text(&before), &html->head->packed_style, buffer_text(&after));
    } else {
        buffer_add_text(out, buffer_text(&before));
        buffer_add_text(out, html->head->style);
        buffer_add_text(out, buffer_text(&after));
    }
    out->failed = out->failed || before.failed || after.failed;
    buffer_done(&before);
    buffer_done(&after);
}

static void headers_set(struct http_call *call, const struct web_head *head)
{
    static const struct http_header fixed[] = {
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Permissions-Policy", "accelerometer=(), camera=(self), display-capture=(self), geolocation=(), gyroscope=(), "
                               "magnetometer=(), microphone=(), payment=(), usb=()"},
        {"Vary", "Accept-Encoding, Accept-Language, Cookie"},
        {"X-Frame-Options", "DENY"},
    };
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        http_set_header(call, fixed[i].name, fixed[i].value);
    http_set_header(call, "Content-Security-Policy", head->policy);
    http_set_header(call, "Cache-Control", call->caller.token_id[0] ? "private, no-store" : "no-cache");
}

/* `html` says what is in it; the rest follows from who reads it. */
static int page_answer(struct http_call *call, const struct web_page *page, struct html *html, struct error *error)
{
    bool is_packed = http_accepts_coding(call, "gzip");
    struct buffer out;
    html->language = language_of(call);
    html->theme = theme_of(call);
    html->head = &page->heads[html->language];
    buffer_init(&out, 2 * HTML_BYTES_MAX);
    html_write(&out, html, is_packed);
    int result = buffer_check(&out, error);
    if (result == 0)
        http_set_body(call, "text/html; charset=utf-8", arena_copy_text(call->arena, buffer_text(&out)));
    buffer_done(&out);
    headers_set(call, html->head);
    if (is_packed)
        http_set_header(call, "Content-Encoding", "gzip");
    return result;
}

/* What is not there is 404 when no credential could change that; else the page may still find it with a guest's secret. */
static int status_of(const struct web_page *page, const struct ask_answer *first)
{
    return first->status == 404 && page->access & ACCESS_ANONYMOUS ? 404 : 200;
}

int handle_page_html(struct http_call *call, struct error *error)
{
    struct web *web = call->server->options.web;
    size_t id = (size_t)(call->route - call->server->options.routes) - HTTP_ROUTE_COUNT;
    struct ask_answer first;
    struct json_writer writer;
    struct buffer boot;
    if (!web)
        return id == HTTP_PAGE_HOME ? handle_start(call, error)
                                    : error_set(error, ERROR_ROUTE_UNKNOWN, "this program carries no pages");
    const struct web_page *page = web_page(web, (enum http_page_id)id);
    buffer_init(&boot, HTML_BYTES_MAX);
    json_writer_init(&writer, &boot);
    json_object_begin(&writer);
    first_write(call, page, &writer, &first);
    json_member_time(&writer, "server_time", call->now_us);
    session_write(call, &writer);
    json_object_end(&writer);
    json_writer_done(&writer);
    struct html html = {.boot = buffer_text(&boot)};
    if (secret_may_open(call, page))
        html.early = web_early(web);
    int result = page_answer(call, page, &html, error);
    call->status = status_of(page, &first);
    buffer_done(&boot);
    return result;
}

/* ---- failures ---- */

bool page_wanted(const struct http_request *request)
{
    const struct http_call *call = &request->call;
    const char *accept = http_header_find(call, "Accept");
    bool is_page = call->route ? call->route->handler == handle_page_html : !request->is_api;
    return request->server->options.web && request->is_get && is_page && accept && strstr(accept, "text/html");
}

void page_of_failure(struct http_request *request)
{
    struct http_call *call = &request->call;
    struct error error;
    struct json_writer writer;
    struct buffer boot;
    buffer_init(&boot, 4096);
    json_writer_init(&writer, &boot);
    json_object_begin(&writer);
    json_key(&writer, "first");
    json_add_null(&writer);
    json_member_time(&writer, "server_time", call->now_us);
    json_object_end(&writer);
    json_writer_done(&writer);
    struct html html = {.boot = buffer_text(&boot)};
    int result = page_answer(call, web_page_missing(request->server->options.web), &html, &error);
    assert(result == 0); /* it holds nothing that could be too long */
    buffer_done(&boot);
}
