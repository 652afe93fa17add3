/* SPDX-License-Identifier: Apache-2.0 */
/* Invitations to leave the platform, with their disguises, and honest sentences that look like them. */
#include "claim/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const struct {
    const char *channel, *text; /* channel NULL: nothing to warn of */
} cases[] = {
    {"wechat", "加我微信聊"},
    {"wechat", "微信号 abc12345"},
    {"wechat", "微信：abc12345"},
    {"wechat", "你有微信吗,加一下"},
    {"wechat", "微 信 联系我"},
    {"wechat", "微.信.加.我"},
    {"wechat", "薇信 kefu_8888"},
    {"wechat", "徽信聊"},
    {"wechat", "加V聊,给你退"},
    {"wechat", "加ｖ"},
    {"wechat", "+V 123456"},
    {"wechat", "➕v详谈"},
    {"wechat", "vx: gamer2020"},
    {"wechat", "ＶＸ联系"},
    {"wechat", "v x 多少"},
    {"wechat", "VX123456"},
    {"wechat", "wx找我"},
    {"wechat", "V信加我"},
    {"wechat", "v:abcde123"},
    {"wechat", "加薇退你"},
    {"wechat", "加微退款快"},
    {"wechat", "加个v吧"},
    {"wechat", "卫星号发我"},
    {"wechat", "威信 abc12345"},
    {"wechat", "绿泡泡说"},
    {"wechat", "my WeChat is gamer2020"},
    {"wechat", "weixin: gamer2020"},
    {"qq", "加QQ 12345678"},
    {"qq", "QQ:12345678"},
    {"qq", "qq１２３４５６７８"},
    {"qq", "扣扣联系"},
    {"qq", "扣 扣 12345678"},
    {"qq", "Q:123456789"},
    {"qq", "Q：123 456 789"},
    {"qq", "加q聊"},
    {"qq", "加群领补偿"},
    {"qq", "企鹅号给你"},
    {"qq", "球球 12345678"},
    {"phone", "13800138000"},
    {"phone", "１３８００１３８０００"},
    {"phone", "138 0013 8000"},
    {"phone", "1 3 8 0 0 1 3 8 0 0 0"},
    {"phone", "138-0013-8000 找我"},
    {"phone", "+86 13800138000"},
    {"phone", "一三八零零一三八零零零"},
    {"phone", "幺三八零零幺三八零零零"},
    {"phone", "①③⑧00①③⑧000"},
    {"phone", "有事打我电话"},
    {"phone", "留个电话我打给你"},
    {"telegram", "电报联系"},
    {"telegram", "tg: gamer"},
    {"telegram", "TG找我"},
    {"telegram", "telegram @gamer"},
    {"telegram", "t.me/gamer2020"},
    {"telegram", "纸飞机上说"},
    {"other", "WhatsApp me"},
    {"other", "私下转给你,别申诉"},
    {"other", "我们绕过平台退"},
    /* near misses */
    {NULL, "我是用微信支付的"},
    {NULL, "微信付款截图在附件"},
    {NULL, "请退到微信零钱"},
    {NULL, "支持微信吗"},
    {NULL, "微信区的账号"},
    {NULL, "WeChat Pay charged me twice"},
    {NULL, "充值的QQ币没到账"},
    {NULL, "QQ飞车点券"},
    {NULL, "Q币充值失败"},
    {NULL, "QQ会员没有到账"},
    {NULL, "卡密 WXYZ-1234-ABCD 无效"},
    {NULL, "卡密是 QQAB-VX9K-TG7M"},
    {NULL, "激活码 138001380001234567"},
    {NULL, "订单号 ord_01hzy3qv8m"},
    {NULL, "金额 12345678 分"},
    {NULL, "加VIP会员没到账"},
    {NULL, "我要加微软的会员"},
    {NULL, "加扣款项不对"},
    {NULL, "这家店很有威信"},
    {NULL, "卫星地图打不开"},
    {NULL, "xbox vxworks"},
    {NULL, "版本 v2.0 打不开"},
    {NULL, "请在平台内处理,拒绝私下交易"},
    {NULL, "不要私下转账"},
    {NULL, "段位没有打到王者,请按约定退一半"},
    {NULL, "2026年11月24日 10:20 收到的卡密"},
    {NULL, "A13800138000B 是序列号"},
    {NULL, "it was sent to the wrong region"},
    {NULL, ""},
};

static void each_sentence_is_read_as_a_person_would_read_it(void **state)
{
    (void)state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct claim_contact found = {0};
        bool flagged = claim_contact_flag(text_of(cases[i].text), &found);
        bool right = cases[i].channel ? flagged && strcmp(found.channel, cases[i].channel) == 0 : !flagged;
        if (!right) {
            print_error("\"%s\": %s, found %s at %zu+%zu\n", cases[i].text,
                        cases[i].channel ? cases[i].channel : "nothing", flagged ? found.channel : "nothing",
                        found.start, found.length);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void the_span_covers_the_disguise_as_it_was_written(void **state)
{
    (void)state;
    const char *text = "好的, 1 3 8 0 0 1 3 8 0 0 0 !";
    struct claim_contact found;
    assert_true(claim_contact_flag(text_of(text), &found));
    assert_memory_equal(text + found.start, "1 3 8 0 0 1 3 8 0 0 0", found.length);
    assert_int_equal(found.length, 21);
}

static void broken_bytes_do_no_harm(void **state)
{
    (void)state;
    static const char bytes[] = "\xf0\x9f\xff"
                                "加\xe5\xbe\xfd\xc3";
    for (size_t length = 0; length < sizeof bytes; length++)
        (void)claim_contact_flag((struct text){bytes, length}, NULL);
    char filler[20000];
    memset(filler, 'q', sizeof filler);
    assert_false(claim_contact_flag((struct text){filler, sizeof filler}, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_sentence_is_read_as_a_person_would_read_it),
        cmocka_unit_test(the_span_covers_the_disguise_as_it_was_written),
        cmocka_unit_test(broken_bytes_do_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
