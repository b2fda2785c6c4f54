/*
 * statements.c - the text of a model: statements, one below the other, over the expressions of parse.c and parse_model.c.
 *
 * A statement begins with a name or an expression; `for`, `factor` and `reported` are looked for where one begins, `T[`,
 * `ordered` and `for` behind a distribution. What users of other modelling languages write there is known, so that the message
 * can say how it is written here.
 */
#include "expr/parse_priv.h"

#include <string.h>

enum { LOOPS_MAX = 16 };

/* Blocks around a statement. */
struct around {
	const struct statement_loop *loops;
	int nloops;
	int block;
};

struct reading {
	struct parser p;
	struct links statements;
	int blocks;
};

static int parse_statement(struct reading *r, const struct around *in, struct err *e);

/* == parts == */

/* Loops of the text behind those around: `for` is passed. */
static int parse_loops(struct parser *p, const struct around *in, const struct statement_loop **out, int *nout, struct err *e)
{
	struct statement_loop *loops = arena_room(p->lex.arena, LOOPS_MAX * sizeof *loops);
	int n = in->nloops, rc;

	if (!loops)
		return err_nomem(e);
	if (n)
		memcpy(loops, in->loops, (size_t)n * sizeof *loops);
	do {
		if ((rc = parse_advance(p, e)))
			return rc;
		if (n == LOOPS_MAX)
			return parse_fault(p, p->now.at, e, "more than %d loops stand in each other", LOOPS_MAX);
		if ((rc = parse_loop(p, &loops[n++], e)))
			return rc;
	} while (token_is_symbol(&p->now, ","));
	*out = loops;
	*nout = n;
	return 0;
}

/* T[low, high], from T on. */
static int parse_truncation(struct parser *p, struct statement *s, struct err *e)
{
	struct links ends = { 0 };
	struct expr_node **all;
	int at = p->now.at, rc;

	if (s->truncated)
		return parse_fault(p, at, e, "a distribution is truncated once");
	p->brackets++;
	if ((rc = parse_advance(p, e)) || (rc = parse_advance(p, e)))
		return rc;
	if ((rc = parse_square(p, true, &ends, e)))
		return rc;
	if (ends.n != 2)
		return parse_fault(p, at, e, "a truncation has two ends, T[low, high], of which one may be left out: T[0, ]");
	if (!(all = links_array(p, &ends)))
		return err_nomem(e);
	if (!all[0] && !all[1])
		return parse_fault(p, at, e, "a truncation T[low, high] without any end");
	s->truncated = true;
	s->low = all[0];
	s->high = all[1];
	return 0;
}

/* What may stand behind a distribution, a definition, a factor, and the end of the statement. */
static int parse_rest(struct parser *p, const struct around *in, struct statement *s, struct err *e)
{
	bool draw = s->kind == STATEMENT_DRAW;
	int rc = 0;

	while (!rc && draw && p->now.kind == TOKEN_WORD && !p->now.fresh) {
		if (token_is_word(&p->now, "ordered")) {
			s->ordered = true;
			rc = parse_advance(p, e);
		} else if (token_is_word(&p->now, "T") && token_is_symbol(&p->next, "[")) {
			rc = parse_truncation(p, s, e);
		} else if ((token_is_word(&p->now, "T") || token_is_word(&p->now, "I")) && token_is_symbol(&p->next, "(")) {
			return parse_fault(p, p->now.at, e, "a truncation is written T[low, high]; one end may be left out");
		} else {
			break;
		}
	}
	s->loops = in->loops;
	s->nloops = in->nloops;
	if (!rc && token_is_word(&p->now, "for") && !p->now.fresh)
		rc = parse_loops(p, in, &s->loops, &s->nloops, e);
	if (rc)
		return rc;
	s->end = p->last_end;
	if (p->now.kind == TOKEN_END || p->now.fresh || token_is_symbol(&p->now, ";") || token_is_word(&p->now, "end"))
		return 0;
	if (token_is_word(&p->now, "do"))
		return parse_fault(p, p->now.at, e, "a block begins with its loop: for i in 1..N do ... end");
	return parse_expected(p, draw ? "T[low, high], 'ordered', 'for' or the end of the statement" : s->loops != in->loops ?
			      "the end of the statement" : "an operator, 'for' or the end of the statement", e);
}

/* == statements == */

static bool is_function(const struct expr_node *x)
{
	return x->kind == EXPR_CALL && x->name;
}

static int parse_draw(struct parser *p, struct statement *s, struct err *e)
{
	int rc;

	s->kind = STATEMENT_DRAW;
	if ((rc = parse_advance(p, e)))
		return rc;
	if (!token_is_name(&p->now) || !token_is_symbol(&p->next, "(") || p->next.fresh)
		return parse_expected(p, "a distribution behind '~', such as normal(0, 1)", e);
	return parse_call(p, &s->right, e);
}

static int parse_definition(struct parser *p, struct statement *s, struct err *e)
{
	const struct expr_node *name = s->left->kind == EXPR_INDEX ? s->left->args[0] : s->left;
	int rc;

	s->kind = STATEMENT_DEFINITION;
	if (name->kind != EXPR_COLUMN)
		return parse_fault(p, s->at, e, is_function(s->left) ? "a name or its elements stand left of '=': the inverse of a "
				   "function belongs on the right, as in p = inv_logit(x)" :
				   "a name such as x, or its elements, x[i, j], stand left of '='");
	if ((rc = parse_advance(p, e)))
		return rc;
	return parse_until(p, 0, "'='", &s->right, e);
}

/* factor(e) and reported(call, low, high), from the name on. */
static int parse_term(struct parser *p, struct statement *s, struct err *e)
{
	bool factor = token_is_word(&p->now, "factor");
	struct expr_node *call;
	int rc;

	s->kind = factor ? STATEMENT_FACTOR : STATEMENT_REPORTED;
	if ((rc = parse_call(p, &call, e)))
		return rc;
	for (int i = 0; i < call->nargs; i++)
		if (call->args[i]->kind == EXPR_EACH || call->args[i]->kind == EXPR_NAMED)
			return parse_fault(p, call->args[i]->mark, e, call->args[i]->kind == EXPR_NAMED ?
					   "'%.20s' has no arguments with names" : "loops stand behind '%.20s(...)'", call->name);
	if (factor && call->nargs != 1)
		return parse_fault(p, call->mark, e, "'factor' takes one expression, which is added to the log density");
	if (!factor && (call->nargs != 3 || !is_function(call->args[0])))
		return parse_fault(p, call->mark, e, "expected reported(distribution, low, high), as in reported(poisson(lambda), 3, 8)");
	s->right = factor ? call->args[0] : call;
	return 0;
}

/* What begins statements of other languages. */
static int check_foreign(struct parser *p, struct err *e)
{
	bool word = p->next.kind == TOKEN_WORD && !p->next.fresh;

	if (token_is_symbol(&p->now, "//") || token_is_symbol(&p->now, "/"))
		return parse_fault(p, p->now.at, e, "a comment begins with '--'");
	if (token_is_symbol(&p->now, "[") || token_is_symbol(&p->now, "]"))
		return parse_expected(p, "a statement", e);
	if (p->now.kind != TOKEN_WORD)
		return 0;
	if (token_is_symbol(&p->next, "+") && p->lex.text[p->next.end] == '=')
		return parse_fault(p, p->now.at, e, token_is_word(&p->now, "target") ? "'target += x' is written factor(x)" :
				   "a name has one definition: there is no '+='");
	if (foreign_type(p->now.text) && (word || token_is_symbol(&p->next, "<")))
		return parse_fault(p, p->now.at, e, "names are not declared: one that is no data and stands left of '~' is a parameter, "
				   "with the support of its distribution");
	if (token_is_word(&p->now, "if") && (word || p->next.kind == TOKEN_NUMBER))
		return parse_fault(p, p->now.at, e, "a choice is an expression: x = if(condition, a, b)");
	if (token_is_word(&p->now, "while") || token_is_word(&p->now, "repeat") || token_is_word(&p->now, "function") ||
	    token_is_word(&p->now, "return"))
		return word ? parse_fault(p, p->now.at, e, "'%.*s' is no statement of a model: there are name ~ distribution, name = "
					  "expression, factor(expression) and for i in 1..N do ... end", (int)p->now.text.n, p->now.text.p) : 0;
	return 0;
}

/* Behind the left side stands neither '~' nor '='. */
static int expected_sign(struct parser *p, const struct statement *s, struct err *e)
{
	if (token_is_symbol(&p->now, "<") && token_is_symbol(&p->next, "-") && p->next.at == p->now.end)
		return parse_fault(p, p->now.at, e, "'<-' is written '=': name = expression");
	if (token_is_symbol(&p->now, "=="))
		return parse_fault(p, p->now.at, e, "'==' compares; a definition is written name = expression");
	if (s->left->kind == EXPR_INDEX && s->left->args[0]->kind == EXPR_COLUMN && token_is_name(&p->now) && !p->now.fresh &&
	    foreign_type(slice_of(s->left->args[0]->name, strlen(s->left->args[0]->name))))
		return parse_fault(p, s->at, e, "names are not declared: a vector of K unknowns is x[K] ~ normal(0, 1)");
	if (is_function(s->left) && (p->now.fresh || p->now.kind == TOKEN_END || token_is_symbol(&p->now, ";")))
		return parse_fault(p, s->at, e, "a call alone does nothing: what is added to the log density is written factor(x)");
	return parse_expected(p, "'~' or '='", e);
}

static int parse_simple(struct reading *r, const struct around *in, struct err *e)
{
	struct parser *p = &r->p;
	struct statement *s = arena_zero(p->lex.arena, 1, sizeof *s);
	bool term = (token_is_word(&p->now, "factor") || token_is_word(&p->now, "reported")) && token_is_symbol(&p->next, "(");
	int rc;

	if (!s || !links_add(p, &r->statements, s))
		return err_nomem(e);
	p->calls = 0;
	s->at = p->now.at;
	s->block = in->block;
	if (term) {
		rc = parse_term(p, s, e);
	} else if (!(rc = parse_until(p, PRIORITY_COMPARE, NULL, &s->left, e))) {
		rc = token_is_symbol(&p->now, "~") ? parse_draw(p, s, e) : token_is_symbol(&p->now, "=") ? parse_definition(p, s, e) :
		     expected_sign(p, s, e);
	}
	return rc ? rc : parse_rest(p, in, s, e);
}

/* Statements up to `end` or the end of the text. */
static int parse_run(struct reading *r, const struct around *in, struct err *e)
{
	struct parser *p = &r->p;
	int rc = 0;

	while (!rc && p->now.kind != TOKEN_END && !token_is_word(&p->now, "end"))
		rc = token_is_symbol(&p->now, ";") ? parse_advance(p, e) : parse_statement(r, in, e);
	return rc;
}

/* for i in 1..N do ... end. Statements of blocks in each other have the number of the outermost. */
static int parse_block(struct reading *r, const struct around *in, struct err *e)
{
	struct parser *p = &r->p;
	struct around inner = { .block = in->block ? in->block : ++r->blocks };
	int at = p->now.at, rc;

	if ((rc = parse_loops(p, in, &inner.loops, &inner.nloops, e)))
		return rc;
	if (!token_is_word(&p->now, "do"))
		return parse_expected(p, "'do' (the loop of one statement stands behind it, on its line)", e);
	if ((rc = parse_advance(p, e)) || (rc = parse_run(r, &inner, e)))
		return rc;
	if (!token_is_word(&p->now, "end"))
		return parse_fault(p, at, e, "this 'for ... do' has no 'end'");
	return parse_advance(p, e);
}

static int parse_statement(struct reading *r, const struct around *in, struct err *e)
{
	int rc = check_foreign(&r->p, e);

	if (rc)
		return rc;
	return token_is_word(&r->p.now, "for") ? parse_block(r, in, e) : parse_simple(r, in, e);
}

/* == the whole == */

static int parse_text(struct reading *r, struct statements *s, struct err *e)
{
	struct parser *p = &r->p;
	struct around nothing = { 0 };
	struct statement *to;
	int rc;

	if ((rc = lex_next(&p->lex, &p->next, e)) || (rc = parse_advance(p, e)))
		return rc;
	p->last_end = 0;
	if ((rc = parse_run(r, &nothing, e)))
		return rc;
	if (p->now.kind != TOKEN_END)
		return parse_fault(p, p->now.at, e, "there is no 'for ... do' that this 'end' closes");
	if (!r->statements.n)
		return parse_fault(p, 0, e, "the model is empty");
	if (!(to = arena_room(s->arena, (size_t)r->statements.n * sizeof *to)))
		return err_nomem(e);
	s->list = to;
	s->n = r->statements.n;
	for (const struct link *l = r->statements.first; l; l = l->next)
		*to++ = *(const struct statement *)l->item;
	return 0;
}

int statements_parse(const char *text, size_t n, struct statements **out, struct err *e)
{
	struct reading r = { 0 };
	struct statements *s;
	int rc = fault_bytes(e, text, n, "a model");

	if (rc)
		return rc;
	if (!(s = mem_zero(1, sizeof *s)))
		return err_nomem(e);
	s->refs = 1;
	if (!(s->arena = mem_zero(1, sizeof *s->arena)) || !(s->text = mem_strndup(n ? text : "", n))) {
		rc = err_nomem(e);
		goto done;
	}
	r.p.lex = (struct lexer){ .text = s->text, .n = n, .arena = s->arena, .model = true };
	rc = parse_text(&r, s, e);
done:
	if (rc)
		statements_unref(s);
	else
		*out = s;
	return rc;
}

struct statements *statements_ref(const struct statements *s)
{
	struct statements *shared = (struct statements *)(uintptr_t)s;   /* only the count ever changes */

	__atomic_fetch_add(&shared->refs, 1, __ATOMIC_RELAXED);
	return shared;
}

void statements_unref(struct statements *s)
{
	if (!s || __atomic_sub_fetch(&s->refs, 1, __ATOMIC_ACQ_REL) > 0)
		return;
	if (s->arena)
		arena_release(s->arena);
	mem_free(s->arena);
	mem_free(s->text);
	mem_free(s);
}

int statements_line(const struct statements *s, int at)
{
	int line = 1;

	for (int i = 0; i < at; i++)
		line += s->text[i] == '\n';
	return line;
}

int statements_fault(const struct statements *s, int at, enum err_code code, struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fault_numbered(e, code, s->text, strlen(s->text), (size_t)at, fmt, ap);
	va_end(ap);
	return code;
}
