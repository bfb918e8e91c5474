#include <inttypes.h>
#include <string.h>

#include "base/str.h"
#include "measurements/explain/explain.h"
#include "measurements/explain/html.h"
#include "measurements/explain/names.h"
#include "measurements/explain/svg.h"

enum {
	TEXT_MAX = 128 * 1024,
	MATRIX_BYTES = 8
};

static const char style[] =
    ":root{--fg:#1c2430;--soft:#5b6675;--bg:#fff;--rule:#d9dee6;--zebra:#"
    "f6f8fa;"
    "--given:#e8f1fb;--given-l:#3b74b4;--event:#fdf4e3;--event-l:#b98222;"
    "--reg:#e6f5ec;--reg-l:#2d8354;--warn:#fff4e5;--mono:ui-monospace,"
    "\"DejaVu Sans Mono\",Menlo,Consolas,monospace}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:1240px;padding:32px 40px "
    "64px;color:var(--fg);"
    "background:var(--bg);font:15px/1.5 system-ui,\"DejaVu Sans\",Helvetica,"
    "Arial,sans-serif}\n"
    "h1{font-size:28px;line-height:1.2;margin:0 0 4px}\n"
    "h2{font-size:21px;margin:44px 0 6px;padding-top:18px;border-top:2px solid "
    "var(--fg)}\n"
    "h3{font-size:16px;margin:30px 0 8px}\n"
    "p{margin:6px 0;max-width:72em}.lead{color:var(--soft)}\n"
    "figure{margin:18px 0;border:1px solid var(--rule);border-radius:8px;"
    "padding:18px}\nsvg{display:block;width:100%;height:auto;font:12px "
    "system-ui,"
    "\"DejaVu Sans\",Helvetica,Arial,sans-serif}\n"
    "svg text{fill:var(--soft)}svg .name{fill:var(--fg);font-weight:600;"
    "font-size:12.5px}\nsvg .mono{font-family:var(--mono);font-size:11px}"
    "svg .small{font-size:10px}\n"
    "svg .head{font-weight:600;font-size:13px;fill:var(--soft)}\n"
    "svg rect{stroke-width:1.2}.given rect{fill:var(--given);stroke:"
    "var(--given-l)}.soft rect{stroke-dasharray:4 3}\n"
    ".event rect{fill:var(--event);stroke:var(--event-l)}.reg rect{fill:"
    "var(--reg);stroke:var(--reg-l);stroke-width:1.6}\n"
    ".unknown rect{fill:var(--zebra);stroke:var(--soft);stroke-dasharray:4 3}\n"
    ".line{fill:none;stroke:#8a97a8;stroke-width:1.1}.loose{stroke-dasharray:"
    "3 4;opacity:.75}.strong{stroke:var(--reg-l);opacity:.8}\n"
    "table{border-collapse:collapse;width:100%;font-size:13.5px}\n"
    "th{text-align:left;font-weight:600;color:var(--soft);border-bottom:1.5px "
    "solid var(--rule);padding:5px 12px 5px 0;white-space:nowrap}\n"
    "td{vertical-align:top;border-bottom:1px solid var(--rule);padding:7px "
    "12px "
    "7px 0;overflow-wrap:anywhere}\n"
    "td.n{white-space:nowrap;font-weight:600;overflow-wrap:normal}\n"
    "td ul{margin:0;padding-left:16px}td small{color:var(--soft)}\n"
    "a{color:inherit}.d{display:inline-block;max-width:49ch}\n"
    "code,pre{font-family:var(--mono);font-size:12px}\n"
    "pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--zebra);"
    "border:1px solid var(--rule);border-radius:6px;padding:12px 14px}\n"
    ".warn{background:var(--warn);border-left:4px solid var(--event-l);padding:"
    "8px 14px;margin:12px 0}\n"
    "footer{margin-top:48px;padding-top:14px;border-top:1px solid var(--rule);"
    "color:var(--soft);font-size:13.5px}\n"
    "@media(prefers-color-scheme:dark){:root{--fg:#e4e9f0;--soft:#9aa7b8;--bg:"
    "#14181f;--rule:#303845;--zebra:#1b212a;--given:#1b2a3d;--given-l:#6ea3dc;"
    "--event:#33291a;--event-l:#d7a24a;--reg:#18301f;--reg-l:#5fbb86;--warn:"
    "#33291a}}\n"
    "@media screen and (max-width:760px){body{padding:20px 16px 40px}"
    "h1{font-size:24px}h2{font-size:19px}figure{padding:12px;overflow-x:auto}"
    "svg{width:1160px}.shapes{display:block;overflow-x:auto;white-space:nowrap}"
    "table:not(.shapes),table:not(.shapes) tbody,table:not(.shapes) tr{display:"
    "block}table:not(.shapes) tr{border-bottom:1px solid var(--rule);padding:"
    "8px 0}table:not(.shapes) td{display:block;border:0;padding:2px 0}"
    "table:not(.shapes) tr:first-child{display:none}.events td:nth-child(-n+2)"
    "{display:inline-block;padding-right:8px}.registers td:nth-child(3)"
    "::before{content:\"changes with\"}.events td:nth-child(5):not(:empty)"
    "::before{content:\"of \"}.files td:nth-child(3)::after{content:\" "
    "bytes\"}}\n"
    "@media print{:root{--fg:#000;--soft:#444;--bg:#fff;--rule:#bbb;--zebra:"
    "#f6f6f6;--given:#e8f1fb;--given-l:#3b74b4;--event:#fdf4e3;--event-l:"
    "#b98222;--reg:#e6f5ec;--reg-l:#2d8354;--warn:#fff4e5}body{max-width:none;"
    "padding:0;font-size:11px}figure,tr,.warn{break-inside:avoid}h2{break-"
    "before:"
    "page}h2.first{break-before:auto}h3{break-after:avoid}*{print-color-adjust:"
    "exact}@page{margin:14mm}}\n";

static void
put_value(const struct refset *r, const char *name, struct buf *b)
{
	struct buf value;

	buf_init(&value, TEXT_MAX);
	names_value(r, name, &value);
	if (value.len > 0 && !str_starts(buf_str(&value), "sha256 ")) {
		buf_add_str(b, " (now ");
		html_text(b, buf_str(&value));
		buf_add_str(b, ")");
	}
	buf_release(&value);
}

static void
put_depends(const struct refset *r, const struct refset_register *reg,
    struct buf *b)
{
	if (reg->n_depends == 0)
		return;
	buf_add_str(b, "<ul>");
	for (size_t i = 0; i < reg->n_depends; i++) {
		const char *name = reg->depends[i];

		buf_add_str(b, "<li>");
		html_text(b, names_title(name));
		put_value(r, name, b);
		buf_add_str(b, ": <small>");
		html_text(b, names_change(r, name));
		buf_add_str(b, "</small></li>");
	}
	buf_add_str(b, "</ul>");
}

static void
put_registers(const struct refset *r, struct buf *b)
{
	buf_add_str(b,
	    "<h3>Registers</h3>\n<table class=\"registers\">\n<tr><th>Name</th>"
	    "<th style=\"width:40%\">Value</th><th style=\"width:42%\">What "
	    "changes it</th></tr>\n");
	for (size_t i = 0; i < r->n_registers; i++) {
		const struct refset_register *reg = &r->registers[i];
		const char *title = names_register(reg->name), *when;
		const uint8_t *value;

		buf_add_str(b, "<tr><td class=\"n\">");
		html_text(b, reg->name);
		if (reg->alg != NULL) {
			buf_add_str(b, "<br><small>");
			html_text(b, reg->alg);
			buf_add_str(b, "</small>");
		}
		buf_add_str(b, "</td><td>");
		if (reg->known) {
			buf_add_str(b, "<code class=\"d\">");
			html_digest(b, reg->value, reg->len);
			buf_add_str(b, "</code>");
		} else {
			buf_add_str(b, "not known: ");
			html_text(b, reg->why);
		}
		for (size_t k = 1;
		     (value = refset_value(r, reg, k, &when)) != NULL; k++) {
			buf_add_str(b, "<br>or <code class=\"d\">");
			html_digest(b, value, reg->len);
			buf_add_str(b, "</code> (");
			html_text(b, when);
			buf_u8(b, ')');
		}
		if (title != NULL)
			buf_printf(b, "<br><small>%s</small>", title);
		buf_add_str(b, "</td><td>");
		put_depends(r, reg, b);
		buf_add_str(b, "</td></tr>\n");
	}
	buf_add_str(b, "</table>\n");
}

static void
put_events(const struct refset *r, struct buf *b)
{
	size_t n = 0;

	if (r->n_events == 0)
		return;
	buf_add_str(b,
	    "<h3>Events</h3>\n<p>Each register begins as zeros and is extended "
	    "by its events in this order: <code>R = H(R ‖ digest)</code>.</p>\n"
	    "<table class=\"events\">\n<tr><th>Register</th><th>#</th><th>What"
	    "</th><th style=\"width:44%\">Digest</th><th>Of</th></tr>\n");
	for (size_t i = 0; i < r->n_events; i++) {
		const struct refset_event *ev = &r->events[i];
		const struct refset_register *reg = &r->registers[ev->reg];

		n = i > 0 && ev->reg == r->events[i - 1].reg ? n + 1 : 1;
		buf_add_str(b, "<tr><td class=\"n\">");
		html_text(b, reg->name);
		buf_printf(b, "</td><td>%zu</td><td>", n);
		html_text(b, ev->what);
		if (ev->type != NULL) {
			buf_add_str(b, "<br><small>");
			html_text(b, ev->type);
			buf_add_str(b, "</small>");
		}
		buf_add_str(b, "</td><td><code class=\"d\">");
		html_digest(b, ev->digest, reg->len);
		buf_add_str(b, "</code></td><td>");
		if (ev->input != NULL)
			html_text(b, names_title(ev->input));
		buf_add_str(b, "</td></tr>\n");
	}
	buf_add_str(b, "</table>\n");
}

static void
put_inputs(const struct refset *r, struct buf *b)
{
	if (r->n_inputs > 0)
		buf_add_str(b,
		    "<h3>Files</h3>\n<table class=\"files\">\n<tr><th>Role</th>"
		    "<th>File</th><th>Bytes</th><th style=\"width:46%\">SHA-256"
		    "</th></tr>\n");
	for (size_t i = 0; i < r->n_inputs; i++) {
		const struct refset_input *in = &r->inputs[i];

		buf_add_str(b, "<tr><td class=\"n\">");
		html_text(b, names_title(in->role));
		buf_add_str(b, "</td><td>");
		html_text(b, in->path);
		buf_printf(b, "</td><td>%" PRIu64 "</td><td><code>", in->size);
		html_digest(b, in->sha256, sizeof(in->sha256));
		buf_add_str(b, "</code></td></tr>\n");
	}
	if (r->n_inputs > 0)
		buf_add_str(b, "</table>\n");
	if (r->cmdline == NULL)
		return;
	buf_add_str(b, "<h3>Kernel command line</h3>\n<pre>");
	html_text(b, r->cmdline[0] ? r->cmdline : "(empty)");
	buf_printf(b,
	    "</pre>\n<p>%zu bytes with the NUL at its end, SHA-256 <code>",
	    strlen(r->cmdline) + 1);
	html_digest(b, r->cmdline_sha256, SHA2_256_LEN);
	buf_add_str(b, "</code></p>\n");
}

static void
put_params(const struct refset *r, struct buf *b)
{
	struct buf value;

	if (r->n_params == 0)
		return;
	buf_init(&value, TEXT_MAX);
	buf_add_str(b, "<h3>Parameters</h3>\n<table class=\"parameters\">\n"
		       "<tr><th style=\"width:22%\">Name</th><th>Value</th>"
		       "</tr>\n");
	for (size_t i = 0; i < r->n_params; i++) {
		buf_clear(&value);
		names_value(r, r->params[i].name, &value);
		buf_add_str(b, "<tr><td class=\"n\">");
		html_text(b, r->params[i].name);
		buf_add_str(b, "</td><td>");
		html_text(b, buf_str(&value));
		buf_add_str(b, "</td></tr>\n");
	}
	buf_add_str(b, "</table>\n");
	buf_release(&value);
}

static void
put_shape(const struct refset *r, struct buf *b)
{
	struct buf text;

	buf_init(&text, TEXT_MAX);
	names_shape(r, &text);
	html_text(b, buf_str(&text));
	buf_release(&text);
}

static void
put_set(const struct refset *r, size_t i, struct buf *b)
{
	buf_printf(b, "<section id=\"set%zu\">\n<h2%s>", i + 1,
	    i == 0 ? " class=\"first\"" : "");
	put_shape(r, b);
	buf_add_str(b, "</h2>\n");
	for (size_t k = 0; k < r->n_warnings; k++) {
		buf_add_str(b, "<p class=\"warn\">");
		html_text(b, r->warnings[k]);
		buf_add_str(b, "</p>\n");
	}
	buf_add_str(b, "<figure>\n");
	svg_chain(r, b);
	buf_add_str(b, "</figure>\n");
	put_registers(r, b);
	put_events(r, b);
	put_inputs(r, b);
	put_params(r, b);
	buf_add_str(b, "</section>\n");
}

/* One line a shape, one column a register: where they differ at a glance. */
static void
put_matrix(const struct refset *sets, size_t n, struct buf *b)
{
	buf_add_str(b, "<h3>All shapes</h3>\n<table class=\"shapes\">\n<tr><th>"
		       "Shape</th>");
	for (size_t i = 0; i < sets->n_registers; i++) {
		buf_add_str(b, "<th>");
		html_text(b, sets->registers[i].name);
		buf_add_str(b, "</th>");
	}
	buf_add_str(b, "</tr>\n");
	for (size_t i = 0; i < n; i++) {
		buf_printf(b, "<tr><td class=\"n\"><a href=\"#set%zu\">",
		    i + 1);
		put_shape(&sets[i], b);
		buf_add_str(b, "</a></td>");
		for (size_t k = 0; k < sets->n_registers; k++) {
			const struct refset_register *reg =
			    refset_register(&sets[i], sets->registers[k].name);

			buf_add_str(b, "<td><code>");
			if (reg != NULL && reg->known &&
			    reg->len >= MATRIX_BYTES) {
				html_hex(b, reg->value, MATRIX_BYTES);
				buf_add_str(b, "…");
			} else {
				buf_add_str(b, "–");
			}
			buf_add_str(b, "</code></td>");
		}
		buf_add_str(b, "</tr>\n");
	}
	buf_add_str(b, "</table>\n");
}

void
explain_page(const struct refset *sets, size_t n, struct buf *b)
{
	buf_add_str(b,
	    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset="
	    "\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content="
	    "\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name="
	    "\"viewport\" content=\"width=device-width\">\n<title>Reference "
	    "values: ");
	put_shape(&sets[0], b);
	buf_add_str(b, "</title>\n<style>\n");
	buf_add_str(b, style);
	buf_add_str(b,
	    "</style>\n</head>\n<body>\n<h1>What the hardware will report</h1>"
	    "\n<p class=\"lead\">");
	buf_add_str(b,
	    "Every value on this page was computed from the files and "
	    "parameters on it, before the guest was started; whoever has the "
	    "same ones can compute it again.</p>\n");
	if (n > 1)
		put_matrix(sets, n, b);
	for (size_t i = 0; i < n; i++)
		put_set(&sets[i], i, b);
	buf_add_str(b,
	    "<footer>\n<p>To compute the values again: <code>husk measure"
	    "</code> with these files and parameters. To check evidence of a "
	    "running guest: <code>husk verify EVIDENCE --against "
	    "VALUES.json</code>. To see what another build changes: <code>husk "
	    "diff A.json B.json</code>.</p>\n</footer>\n</body>\n</html>\n");
}
