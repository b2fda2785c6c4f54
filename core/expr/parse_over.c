/* parse_over.c - the groups and the order of a window. */
#include "expr/parse_priv.h"

enum { OVER_KEYS_MAX = 64 };

static int parse_over_name(struct parser *p, struct links *names, struct err *e)
{
	char *name;

	if (p->now.kind != TOKEN_NAME && p->now.kind != TOKEN_WORD)
		return parse_expected(p, "a column's name", e);
	name = arena_text(p->lex.arena, p->now.text.p, p->now.text.n);
	if (!name || !links_add(p, names, name))
		return err_nomem(e);
	if (p->now.kind == TOKEN_WORD && !lex_is_word(name))
		return parse_expected(p, "a column's name", e);
	return parse_advance(p, e);
}

int parse_over(struct parser *p, struct expr_node *node, struct err *e)
{
	struct expr_over *over = arena_zero(p->lex.arena, 1, sizeof *over);
	struct links groups = { 0 }, order = { 0 };
	bool *descending = arena_zero(p->lex.arena, OVER_KEYS_MAX, sizeof *descending);
	int rc;

	if (!over || !descending)
		return err_nomem(e);
	if (node->op->class != OP_WINDOW && node->op->class != OP_AGGREGATE)
		return parse_fault(p, p->now.at, e, "'over' stands behind a window or an aggregate, and '%s' is neither",
			     node->op->name);
	if ((rc = parse_advance(p, e)) || (rc = parse_advance(p, e)))
		return rc;
	while (!token_is_word(&p->now, "order") && !token_is_symbol(&p->now, ")")) {
		if ((rc = parse_over_name(p, &groups, e)))
			return rc;
		if (token_is_symbol(&p->now, ")") || token_is_word(&p->now, "order"))
			break;
		if ((rc = parse_expect(p, ",", "',', 'order' or ')'", e)))
			return rc;
		if (token_is_symbol(&p->now, ")") || token_is_word(&p->now, "order"))
			return parse_expected(p, "a column's name", e);
	}
	if (token_is_word(&p->now, "order")) {
		do {
			if ((rc = parse_advance(p, e)))
				return rc;
			if (token_is_word(&p->now, "by"))
				return parse_fault(p, p->now.at, e, "in over(...) it is 'order' alone, without 'by'");
			if (order.n == OVER_KEYS_MAX)
				return parse_fault(p, p->now.at, e, "more than %d names to order by", OVER_KEYS_MAX);
			if (token_is_symbol(&p->now, "-")) {
				descending[order.n] = true;
				if ((rc = parse_advance(p, e)))
					return rc;
			}
			if ((rc = parse_over_name(p, &order, e)))
				return rc;
			if (token_is_word(&p->now, "desc") || token_is_word(&p->now, "asc"))
				return parse_fault(p, p->now.at, e, "descending order is written with a minus: order -name");
		} while (token_is_symbol(&p->now, ","));
	}
	if ((rc = parse_expect(p, ")", order.n ? "',' or ')'" : "',', 'order' or ')'", e)))
		return rc;
	over->groups = links_array(p, &groups);
	over->order = links_array(p, &order);
	if (!over->groups || !over->order)
		return err_nomem(e);
	over->ngroups = groups.n;
	over->norder = order.n;
	over->descending = descending;
	node->over = over;
	node->end = p->last_end;
	return 0;
}
