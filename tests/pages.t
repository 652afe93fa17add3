#!/usr/bin/env perl
# SPDX-License-Identifier: Apache-2.0
# The pages as the server sends them: files of the built page, the HTML of every path of pages.def with its first answer, headers,
# language and theme, what is not there. A small made-up build stands in for the real one, so no npm is needed; Node is.
use strict;
use warnings;
use utf8;
use FindBin;
use lib $FindBin::Bin;
use Digest::SHA qw(sha256_base64);
use Encode qw(decode_utf8);
use HTTP::Tiny;
use JSON::PP ();
use Test::More;
use Shuntui qw(folder root read_file write_file run_program start_server stop_server);
use World;

binmode Test::More->builder->$_, ':utf8' for qw(output failure_output todo_output);

# ---- the table and the page's own ----
my @pages = map {
    my ($name, $path, $source, $areas, $first, $access) = /^(\w+), "([^"]+)", "([^"]+)", "([^"]*)", "([^"]*)", ([A-Z_ |]+), "/ or die "not a page: $_\n";
    {name => $name, path => $path, source => $source, areas => $areas, first => $first, access => $access}
} @{World::table('src/http/pages.def', 'PAGE')};
cmp_ok(scalar @pages, '>', 30, 'the table has pages');
my %get = map { ($_->{path} => $_) } grep { $_->{method} eq 'GET' } World::routes();
for my $page (grep { $_->{first} } @pages) {
    (my $path = $page->{first}) =~ s/\?.*//;
    ok($get{$path} && $get{$path}{mode} eq 'READ', "$page->{path} begins with a question that can be asked") or diag $path;
    my %known = map { $_ => 1 } $page->{path} =~ /\{(\w+)\}/g;
    is(join(' ', grep { !$known{$_} } $path =~ /\{(\w+)\}/g), '', '… and its path names what is asked about');
}
# Routes of the page stand one on a line: { path: '/p/:product', component: () => import('./ProductPage.vue'), … areas: [buyerWords] … },
# or with the areas in a constant of the file that the line names.
my %file_of = map { m{export const (\w+) = .*?import\('\.\./(?:words/zh-CN|generated)/(\w+)} ? ($1 => $2) : () } map { split /\n/, read_file(root() . "/web/src/base/$_.ts") } qw(areas deskAreas);

sub areas_of {
    my ($text, $line) = @_;
    my $list = sub { join ' ', map { $file_of{$_} // die "$_ is not in areas.ts\n" } $_[0] =~ /(\w+Words)\b/g };
    return $list->($1) if $line =~ /areas: \[([^\]]*)\]/;
    for my $name ('areas', $line =~ /\.\.\.(\w+)/g, $line =~ /meta: (\w+)\(/g) {
        return $list->($1) if $text =~ /(?:const|function) $name\b[^\[]*?\[([^\]]*Words[^\]]*)\]/;
    }
    return '';
}

my %in_page;
for my $file (sort glob root() . '/web/src/*/routes.ts') {
    my ($folder, $text) = ($file =~ m{/src/(\w+)/}, read_file($file));
    for my $line (split /\n/, $text) {
        my ($path, $source) = $line =~ /\{ path: '([^']+)'.*?import\('([^']+)'\)/ or next;
        $path =~ s/:(\w+)/{$1}/g;
        $source = "$folder/" . ($source =~ s{^\./}{}r);
        $source =~ s{\w+/\.\./}{} while $source =~ m{\w+/\.\./};
        $in_page{$path} = {source => $source, areas => areas_of($text, $line)};
    }
}
if (($ARGV[0] // '') eq '--write') {
    my $table = read_file(root() . '/src/http/pages.def');
    $table =~ s{^(PAGE\(\w+, "([^"]+)", )"[^"]*", "[^"]*"}{my ($row, $page) = ($1, $in_page{$2}); $page ? qq($row"$page->{source}", "$page->{areas}") : $&}gme;
    write_file(root() . '/src/http/pages.def', $table);
    exec $^X, $0;
}
my %in_table = map { ($_->{path} => $_) } @pages;
for my $path (sort keys %in_page) {
    my $page = $in_table{$path};
    ok($page, "$path is in pages.def") or next;
    is("$page->{source}: $page->{areas}", "$in_page{$path}{source}: $in_page{$path}{areas}", '… with its component and its words') or diag 'run: tests/pages.t --write';
}
is(join(' ', grep { !$in_page{$_} } sort keys %in_table), '', 'every page of pages.def is a route of the page');

# ---- a made-up build ----
my $folder = folder();
my $dist = "$folder/dist";
my %file = (
    'assets/main-1.js' => "import './shared-1.js'\n" . "// the page begins here\n" x 40, 'assets/shared-1.js' => "export {}\n" x 60, 'assets/HomePage-1.js' => "1\n", 'assets/ProductPage-1.js' => "2\n" x 100,
    'assets/Deep-1.js' => "3\n", 'assets/Console-1.js' => "4\n", 'assets/Desk-1.js' => "5\n", 'assets/Missing-1.js' => "6\n", 'assets/zh-1.js' => "7\n", 'assets/en-1.js' => "8\n", 'assets/common-1.js' => "9\n", 'assets/early-1.js' => "10\n",
    'assets/main-1.css' => "body{margin:0}\n", 'assets/Product-1.css' => ".p{color:red}\n", 'assets/Deep-1.css' => ".d{color:red}\n", 'favicon.svg' => '<svg xmlns="http://www.w3.org/2000/svg"/>',
    'manifest.webmanifest' => '{}', 'index.html' => 'never served',
);
my %manifest = (
    'src/main.ts' => {file => 'assets/main-1.js', isEntry => JSON::PP::true, imports => ['_shared'], css => ['assets/main-1.css']},
    'src/base/early.ts' => {file => 'assets/early-1.js', isEntry => JSON::PP::true},
    _shared => {file => 'assets/shared-1.js'},
    _deep => {file => 'assets/Deep-1.js', imports => ['_shared'], css => ['assets/Deep-1.css']},
    (map { ("src/$_->[0]" => {file => "assets/$_->[1]-1.js", isDynamicEntry => JSON::PP::true, imports => ['src/main.ts', @{$_->[2] // []}], $_->[3] ? (css => $_->[3]) : ()}) }
        ['buyer/HomePage.vue', 'HomePage'], ['buyer/ProductPage.vue', 'ProductPage', ['_deep'], ['assets/Product-1.css']], ['account/MissingPage.vue', 'Missing'],
        ['merchant/today/TodayPage.vue', 'Desk'], ['shell/ConsoleShell.vue', 'Console'], ['words/zh-CN/buyer.ts', 'zh'], ['words/en/buyer.ts', 'en'], ['words/en/common.ts', 'common']),
);
mkdir $_ for $dist, "$dist/assets", "$dist/.vite";
write_file("$dist/$_", $file{$_}) for keys %file;
write_file("$dist/.vite/manifest.json", JSON::PP->new->canonical->encode(\%manifest));
my $node = -x root() . '/.cache/node/bin/node' ? root() . '/.cache/node/bin/node' : 'node';
if (system("$node --version >/dev/null 2>&1") != 0) {
    diag 'there is no Node: what needs a packed page is not tried';
    done_testing();
    exit;
}
sub pack_web { my ($from, $to) = @_; return system($node, root() . '/tools/pack-web', $from, $to) >> 8 }
is(pack_web($dist, "$folder/web.pack"), 0, 'a build is packed');
is(pack_web($dist, "$folder/again.pack"), 0, '… and again');
ok(read_file("$folder/web.pack") eq read_file("$folder/again.pack"), 'the same build is the same bytes');
{
    open my $keep, '>&', \*STDERR or die;
    open STDERR, '>', '/dev/null' or die;
    isnt(pack_web($folder, "$folder/none.pack"), 0, 'a folder without a manifest is none');
    write_file("$dist/photo.xyz", 'x');
    isnt(pack_web($dist, "$folder/none.pack"), 0, 'a file of an unknown type is refused');
    unlink "$dist/photo.xyz";
    open STDERR, '>&', $keep or die;
}

# ---- packs that are damaged ----
{
    my $good = read_file("$folder/web.pack");
    my ($head) = $good =~ /^(shuntui-web 1 \d+\n)/;
    my %bad = (
        'nothing' => '', 'another file' => 'GIF89a', 'another version' => $good =~ s/^shuntui-web 1/shuntui-web 2/r, 'a length that is none' => $good =~ s/^(shuntui-web 1 )\d+/$1x/r,
        'a length beyond its end' => $good =~ s/^(shuntui-web 1 )\d+/${1}99999999/r, 'cut off' => substr($good, 0, length($good) - 10), 'a changed file' => $good =~ s/color:red/color:rod/r,
        'a range beyond its end' => $good =~ s/"plain":\[\d+,/"plain":[999999,/r, 'a range before its start' => $good =~ s/"plain":\[\d/"plain":[-/r, 'a name with a quote' => $good =~ s{"/assets/zh-1.js"}{"/assets/z\\"1.js"}gr,
        'a script that is not there' => $good =~ s{"scripts":\["/assets/zh-1}{"scripts":["/assets/zz-1}r, 'no entry' => $good =~ s{"entry":"src/main.ts"}{"entry":"src/mine.ts"}r, 'an index that is a list' => $head . substr($good, length $head) =~ s/^\{/[/r,
    );
    my $state = "$folder/unused";
    for my $name (sort keys %bad) {
        write_file("$folder/bad.pack", $bad{$name});
        next if $name eq 'nothing'; # an empty file is a program without pages
        my ($status, undef, $said) = run_program('serve', '--lang', 'en', '--state', $state, '--create', '--listen', '127.0.0.1:0', '--web', "$folder/bad.pack");
        ok($status > 0 && $status < 100 && $said =~ /damaged|cannot be read|JSON/, "$name is refused") or diag "$status $said";
    }
    ok(!-e $state, 'and nothing was made');
}

# ---- the server ----
$ENV{SHUNTUI_WEB} = "$folder/web.pack";
my $world = World->new;
$world->people;
$world->goods;
my $base = $world->{server}{url};
my $http = HTTP::Tiny->new(timeout => 10);
my $html_type = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
sub fetch { my ($path, %headers) = @_; return $http->get("$base$path", {headers => {Accept => $html_type, %headers}}) }
sub boot { my ($answer) = @_; my ($text) = $answer->{content} =~ m{<script type="application/json" id="boot">(.*?)</script>}s or return; return JSON::PP->new->utf8->decode($text) }

# files
for my $row (['br', 'br'], ['gzip, deflate, br', 'br'], ['gzip', 'gzip'], ['gzip;q=1.0, br;q=0', 'gzip'], ['br;q=0.5', 'br'], ['BR', 'br'], ['identity', ''], ['', ''], ['br;q=0.0, gzip;q=0', ''], ['xbr, gzipped', ''], ['*', '']) {
    my ($accepted, $coding) = @$row;
    my $answer = fetch('/assets/main-1.js', 'Accept-Encoding' => $accepted);
    is("$answer->{status} " . ($answer->{headers}{'content-encoding'} // ''), "200 $coding", "Accept-Encoding: $accepted");
}
my $plain = fetch('/assets/main-1.js');
is($plain->{content}, $file{'assets/main-1.js'}, 'a file comes as it was built');
is($plain->{headers}{'content-type'}, 'text/javascript; charset=utf-8', 'with its type');
is($plain->{headers}{'cache-control'}, 'public, max-age=31536000, immutable', 'and is never asked for again');
is($plain->{headers}{vary}, 'Accept-Encoding', 'one for each coding');
is($plain->{headers}{$_}, {'x-content-type-options' => 'nosniff', 'cross-origin-resource-policy' => 'same-origin'}->{$_}, $_) for qw(x-content-type-options cross-origin-resource-policy);
open my $gunzip, '-|', 'bash', '-c', "curl -s --compressed -H 'Accept-Encoding: gzip' $base/assets/main-1.js" or die;
is(do { local $/; scalar <$gunzip> }, $file{'assets/main-1.js'}, 'gzip opens to the same');
is(fetch('/assets/main-1.js', 'If-None-Match' => $plain->{headers}{etag})->{status}, 304, 'what is known is not sent again');
isnt(fetch('/assets/main-1.js', 'Accept-Encoding' => 'br')->{headers}{etag}, $plain->{headers}{etag}, 'another coding has another tag');
is(fetch('/assets/main-1.js', 'If-None-Match' => '"other"')->{status}, 200, 'another tag gets it');
my $head = $http->head("$base/assets/main-1.js");
is("$head->{status} $head->{headers}{'content-length'} " . length($head->{content} // ''), '200 ' . length($file{'assets/main-1.js'}) . ' 0', 'HEAD');
is(fetch("/assets/$_")->{status}, 404, "$_ is not there") for qw(none.js main-1.css.map index.html);
is(fetch($_)->{status}, 404, "$_ is not there") for '/index.html', '/.vite/manifest.json', '/assets/', '/assets/../favicon.svg', '/sw.js';
is(fetch('/favicon.svg')->{headers}{'cache-control'}, 'public, no-cache', 'a file whose name stays is asked for again');
is(fetch('/manifest.webmanifest')->{headers}{'content-type'}, 'application/manifest+json', 'the manifest');

# ---- HTML ----
my $home = fetch('/');
my $text = decode_utf8($home->{content});
is($home->{headers}{'content-type'}, 'text/html; charset=utf-8', 'a page is HTML');
like($text, qr/^<!doctype html>\n<html lang="zh-CN" data-theme="auto">/, 'Chinese, in the theme of the device');
like($text, qr{<div id="app"><p>正在打开…</p></div>}, 'says that it opens');
like($text, qr{<noscript><p>.*JavaScript}, 'and what is missing without scripts');
is(join(' ', $text =~ m{<script type="module" src="([^"]+)"}g), '/assets/main-1.js', 'one script');
is(join(' ', $text =~ m{rel="modulepreload" href="([^"]+)"}g), '/assets/shared-1.js /assets/HomePage-1.js /assets/zh-1.js', 'and what it will need next, words too');
my %policy = map { my ($name, @values) = split / /; ($name => "@values") } split /; /, $home->{headers}{'content-security-policy'};
my ($css) = $home->{content} =~ m{<style>(.*?)</style>}s;
is($css, $file{'assets/main-1.css'}, 'the style sheet stands in it');
my $sha = sha256_base64($css);
$sha .= '=' while length($sha) % 4;
is_deeply(\%policy, {'default-src' => "'none'", 'script-src' => "'self'", 'style-src' => "'self' 'sha256-$sha'", 'img-src' => "'self' blob: data:", 'media-src' => "'self' blob:", 'connect-src' => "'self'",
    'worker-src' => "'self'", 'manifest-src' => "'self'", 'font-src' => "'none'", 'base-uri' => "'none'", 'form-action' => "'self'", 'frame-ancestors' => "'none'", 'require-trusted-types-for' => "'script'",
    'trusted-types' => 'vue shuntui'}, 'and nothing else runs or is fetched');
is($home->{headers}{lc $_->[0]}, $_->[1], "$_->[0]") for ['X-Frame-Options', 'DENY'], ['Referrer-Policy', 'no-referrer'], ['Cross-Origin-Opener-Policy', 'same-origin'], ['Cross-Origin-Resource-Policy', 'same-origin'],
    ['X-Content-Type-Options', 'nosniff'], ['Cache-Control', 'no-cache'], ['Vary', 'Accept-Encoding, Accept-Language, Cookie'];
like($home->{headers}{'permissions-policy'}, qr/geolocation=\(\)/, 'Permissions-Policy');
my $script_count = () = $home->{content} =~ /<script/g;
is($script_count, 2, 'no script stands in it but data');
unlike($home->{content}, qr/\son\w+=|style="|javascript:/, 'nor anything that the policy would have to allow');
my $product = fetch("/p/$world->{card}");
is(join(' ', $product->{content} =~ m{rel="modulepreload" href="([^"]+)"}g), '/assets/shared-1.js /assets/ProductPage-1.js /assets/Deep-1.js /assets/zh-1.js', 'a page preloads what it imports, and what that imports');
is(join(' ', $product->{content} =~ m{<style>(.*?)</style>}s), join('', @file{qw(assets/main-1.css assets/Deep-1.css assets/Product-1.css)}), 'its styles come after those it builds on');
is(join(' ', $product->{content} =~ m{<link rel="stylesheet" href="([^"]+)" disabled>}g), '/assets/main-1.css /assets/Deep-1.css /assets/Product-1.css', 'and are not fetched again');
like(fetch('/m')->{content}, qr{Console-1\.js.*Desk-1\.js}s, 'a desk has its frame');

# compressed, each in its own way
for my $path ('/', "/p/$world->{card}", '/orders', '/nothing', '/v1/products', "/v1/products/$world->{card}") {
    my $plain = fetch($path, Accept => $html_type);
    my $packed = fetch($path, 'Accept-Encoding' => 'gzip');
    is($packed->{headers}{'content-encoding'}, 'gzip', "$path as gzip");
    write_file("$folder/packed.gz", $packed->{content});
    my $opened = qx(gzip -dc '$folder/packed.gz' 2>&1);
    s/"server_time":"[^"]*"|req_\w+//g for $opened, $plain->{content};
    ok($opened eq $plain->{content}, '… opens to the same') or diag substr $opened, 0, 300;
    cmp_ok(length $packed->{content}, '<', length($opened) * 0.8, '… and is smaller');
    ok(!defined $plain->{headers}{'content-encoding'}, '… for those who ask');
    like($packed->{headers}{vary}, qr/Accept-Encoding/, '… which caches know');
}
ok(!defined fetch('/v1/floors?x', 'Accept-Encoding' => 'gzip')->{headers}{'content-encoding'}, 'a problem is not worth it');
ok(!defined $world->get('/v1/session', headers => {'Accept-Encoding' => 'gzip'})->{headers}{'content-encoding'}, 'nor a short answer');

# language and theme
for my $row (['', '', 'zh-CN', 'auto'], ['en-US,en;q=0.9', '', 'en', 'auto'], ['en', '', 'en', 'auto'], ['en-US,en;q=0.9,zh-CN;q=0.8', '', 'zh-CN', 'auto'], ['zh-CN,zh;q=0.9,en;q=0.8', '', 'zh-CN', 'auto'], ['de,en;q=0.5', '', 'zh-CN', 'auto'],
    ['enx', '', 'zh-CN', 'auto'], ['en', 'shuntui_lang=zh-CN', 'zh-CN', 'auto'], ['', 'a=b; shuntui_lang=en; shuntui_theme=dark', 'en', 'dark'], ['', 'shuntui_theme=light', 'zh-CN', 'light'],
    ['', 'shuntui_theme="><script>alert(1)</script>; shuntui_lang=<b>', 'zh-CN', 'auto']) {
    my ($accepted, $cookie, $language, $theme) = @$row;
    my $answer = fetch('/', ($accepted ? ('Accept-Language' => $accepted) : ()), ($cookie ? (Cookie => $cookie) : ()));
    like($answer->{content}, qr{^<!doctype html>\n<html lang="$language" data-theme="$theme">}, "Accept-Language $accepted, cookies $cookie");
    unlike($answer->{content}, qr/alert|<b>/, '… and nothing else of them') if $cookie =~ /</;
}
my $english = fetch("/p/$world->{card}", Cookie => 'shuntui_lang=en');
like(decode_utf8($english->{content}), qr{<title>Product · Shuntui</title>.*<p>Opening…</p>}s, 'in English too');
is(join(' ', $english->{content} =~ m{href="/assets/((?:zh|en|common)-1\.js)"}g), 'zh-1.js common-1.js en-1.js', 'with the English words');

# ---- the first answer ----
sub same_answer {
    my ($page, $path, $name, %who) = @_;
    my $headers = $world->headers(%who);
    my $boot = boot(fetch($page, %$headers));
    my $direct = $world->get($path, %who);
    is_deeply($boot->{first}{body}, $direct->{json}, "$name: the answer that the API gives");
    is("$boot->{first}{path} $boot->{first}{status} " . ($boot->{first}{etag} // ''), "$path $direct->{status} " . ($direct->{headers}{etag} // ''), '… with its path, status and tag');
    return $boot;
}
my $boot = same_answer('/', '/v1/products?limit=24', 'home');
is($boot->{session}, undef, 'nobody is signed in');
my $early = qr{<head>\n<script type="module" async src="/assets/early-1\.js"></script>};
my $asked = $world->buy($world->{card});
my $guest_page = fetch("/orders/$asked->{id}");
like($guest_page->{content}, $early, 'a page that the secret of an order may open begins with the script that asks for it');
is(boot($guest_page)->{ask} . (boot($guest_page)->{first} // ' unanswered'), "/v1/orders/$asked->{id} unanswered", '… and says what is asked');
unlike(fetch($_)->{content}, $early, "$_ has nothing of that kind") for '/', "/p/$world->{card}", '/orders', '/refunds', '/m', '/signin';
unlike(fetch("/orders/$asked->{id}", Authorization => "Bearer $world->{party}{buyer}{token}")->{content}, qr/early-1|"ask"/, 'nor has an account');
ok(exists $boot->{session}, '… for certain');
like($boot->{server_time}, qr/^\d{4}-\d\d-\d\dT/, 'the server says its time');
same_answer('/?q=%E6%98%9F%E9%99%85', '/v1/products?limit=24&q=%E6%98%9F%E9%99%85', 'a search');
same_answer('/?q=a%27b%22%3C%26c*()&x=1&utm_source=y&category=game_card', '/v1/products?category=game_card&limit=24&q=a%27b%22%3C%26c*()', 'a search with odd signs, and other parameters');
is(boot(fetch('/?q='))->{first}{path}, '/v1/products?limit=24', 'an empty search is none');
my $long = boot(fetch('/?q=' . 'x' x 101));
is("$long->{first}{status} $long->{first}{body}{code}", '422 query_value', 'a question that is refused is answered so');
same_answer("/p/$world->{card}", "/v1/products/$world->{card}", 'a product');
my $none = fetch('/p/prd_00000000000000000000000000');
is("$none->{status} " . boot($none)->{first}{body}{code}, '404 not_found', 'a product that is not there');
my $order = $world->buy($world->{card}, as => 'buyer');
my $guest = $world->buy($world->{card});
sub signed { my ($token) = @_; my $set = $http->post("$base/v1/session", {headers => {'Content-Type' => 'application/json', 'Shuntui-Page' => 1}, content => JSON::PP::encode_json({token => $token})})->{headers}{'set-cookie'}; my ($cookie) = map { /^(shuntui_session=[^;]+)/ } ref $set ? @$set : $set; return $cookie }
my %cookie = map { $_ => signed($world->{party}{$_}{token}) } qw(buyer stranger merchant rival operator);
my $mine = fetch("/orders/$order->{id}", Cookie => $cookie{buyer});
is(boot($mine)->{first}{body}{id}, $order->{id}, 'a buyer\'s order');
is(boot($mine)->{session}{party_id}, $world->{party}{buyer}{id}, '… and who he is');
is($mine->{headers}{'cache-control'}, 'private, no-store', '… which nobody stores');
my $foreign = fetch("/orders/$order->{id}", Cookie => $cookie{stranger});
is("$foreign->{status} " . boot($foreign)->{first}{body}{code}, '200 not_found', "another's is not found; the page may know a guest's secret");
is(boot(fetch("/orders/$order->{id}"))->{first}, undef, 'without credentials nothing is asked');
is(boot(fetch("/m", Cookie => $cookie{buyer}))->{first}, undef, 'nor is a desk for a buyer');
is(boot(fetch('/m', Cookie => $cookie{merchant}))->{first}{body}{figures}{id}, $world->{party}{merchant}{id}, 'a merchant\'s desk');
is(boot(fetch("/m/orders/$order->{id}", Cookie => $cookie{rival}))->{first}{body}{code}, 'not_found', 'not the order of another');
my %secret = map { $_ => 1 } $order->{id}, $guest->{secret}, $guest->{id};
for my $page (@pages) {
    (my $path = $page->{path}) =~ s/\{(\w+)\}/{order => $order->{id}, product => $world->{card}, policy => $world->{policy}, claim => 'clm_00000000000000000000000000'}->{$1}/ge;
    for my $who (undef, qw(buyer stranger merchant rival operator)) {
        my $answer = fetch($path, $who ? (Cookie => $cookie{$who}) : ());
        my $at = $who // 'nobody';
        my $said = boot($answer);
        ok($answer->{status} == 200 && $said && exists $said->{first}, "$page->{path} for $at") or diag $answer->{status};
        my $body = JSON::PP->new->utf8->canonical->encode($said->{first}{body} // {});
        ok(!(grep { index($body, $_) >= 0 } $guest->{secret}, ($at =~ /^(?:nobody|stranger|rival)$/ ? ($guest->{id}) : ())), '… without what is not his');
    }
}

# another site's link: the browser keeps the session back, and the page is told to ask
$boot = boot(fetch('/', Cookie => 'shuntui_signed_in=1'));
ok(!exists $boot->{session}, 'a session that was kept back is not called none');
my $lapsed = fetch('/', Cookie => 'shuntui_session=ses_00000000000000000000000000; shuntui_signed_in=1');
is("$lapsed->{status} " . (exists boot($lapsed)->{session} ? 'null' : ''), '200 null', 'one that has ended is');
like(join(' ', ref $lapsed->{headers}{'set-cookie'} ? @{$lapsed->{headers}{'set-cookie'}} : ''), qr/shuntui_session=; /, '… and the browser forgets it');
is(fetch('/', Authorization => 'Bearer tok_1')->{status}, 401, 'a wrong token is refused here too');

# ---- texts that would like to be HTML ----
my $evil = qq{</script><script>alert(1)</script><!-- & \x{2028}\x{2029} 'x" ]]>};
$world->must(POST => '/v1/parties', {role => 'merchant', name => $evil}, as => 'operator');
my $shop = $world->must(POST => '/v1/parties', {role => 'merchant', name => $evil}, as => 'operator');
$world->{party}{evil} = $shop;
my $policy = $world->publish('cards-standard', 'evil');
my $listed = $world->must(POST => '/v1/products', {%{$world->card_listing($policy)}, title => $evil, description => $evil}, as => 'evil');
for my $path ("/p/$listed->{id}", '/?q=%3C/script%3E%3Cscript%3E') {
    my $answer = fetch($path, Cookie => signed($shop->{token}));
    my ($data, $rest) = $answer->{content} =~ m{id="boot">(.*?)</script>(.*)}s;
    unlike($data, qr/[<>&]|\xe2\x80[\xa8\xa9]/, 'data of a page holds nothing that HTML or a script would read');
    is($rest, "\n</body>\n</html>\n", '… and ends where it ends');
    my $found = boot($answer);
    is($found->{session}{name}, $evil, '… and is what was written');
    is($found->{first}{body}{listing}{title}, $evil, '… to the last sign') if $path =~ m{^/p};
}

# ---- what is not there ----
for my $path ('/nothing', '/p/xyz', '/orders/ord_1/refund/x', '/a/b/c', "/p/$world->{card}/") {
    my $answer = fetch($path);
    like("$answer->{status} $answer->{headers}{'content-type'}", qr{^4\d\d text/html}, "$path in a browser is a page");
    like($answer->{content}, qr{Missing-1\.js}, '… that says so');
    is(boot($answer)->{first}, undef, '… and asks nothing');
    like($http->get("$base$path", {headers => {Accept => 'application/json'}})->{headers}{'content-type'}, qr/problem\+json/, '… and for a program problem details');
}
like(fetch('/v1/nothing')->{headers}{'content-type'}, qr/problem\+json/, 'the API never answers with a page');
is(fetch('/p/xyz')->{headers}{'x-frame-options'}, 'DENY', 'such a page has the same headers');
is($http->post("$base/orders", {headers => {Accept => $html_type}})->{status}, 405, 'a page takes no POST');
is($http->head("$base/p/$world->{card}")->{status}, 200, 'HEAD of a page');
for my $path ('/', "/p/$world->{card}", '/v1/products', '/v1/session', '/assets/main-1.js') {
    my $answer = $http->request('OPTIONS', "$base$path", {headers => {Origin => 'http://evil.example', 'Access-Control-Request-Method' => 'POST'}});
    is("$answer->{status} " . join(' ', grep { /^access-control/ } keys %{$answer->{headers}}), '204 ', "OPTIONS $path allows no other site anything");
}
is($world->get('/v1/products')->{headers}{'cross-origin-resource-policy'}, 'same-origin', 'answers of the API are for this site too');

# ---- without pages ----
stop_server($world->{server});
write_file("$folder/empty.pack", '');
$ENV{SHUNTUI_WEB} = "$folder/empty.pack";
$world->{server} = start_server($world->{state}, '--lang', 'en');
$base = $world->{server}{url};
like(fetch('/')->{content}, qr/openapi\.yaml/, 'a program without pages has its start page');
is(fetch('/orders')->{status}, 404, 'and no others');
done_testing();
