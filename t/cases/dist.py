#!/usr/bin/env python3
"""Makes dist.test: reference values of t6100-dist.c, by mpmath at 50 digits from the definitions of the distributions.

usage: python3 t/cases/dist.py > t/cases/dist.test
"""
import itertools
import sys
import mpmath as mp
from mpmath import mpf

mp.mp.dps = 50
lg, log, exp, pi = mp.loggamma, mp.log, mp.exp, mp.pi


def choose(n, k):
    return lg(n + 1) - lg(k + 1) - lg(n - k + 1)


def lbeta(a, b):
    return lg(a) + lg(b) - lg(a + b)


def xlog(k, p):
    return k * log(p) if k else mpf(0)


def student(x, nu, mu, s):
    return lg((nu + 1) / 2) - lg(nu / 2) - log(nu * pi) / 2 - log(s) - (nu + 1) / 2 * log(1 + ((x - mu) / s) ** 2 / nu)


def logit1(x):
    return 1 / (1 + exp(-x))


def normal(x, m, s):
    return -((x - m) / s) ** 2 / 2 - log(s) - log(2 * pi) / 2


def cauchy(x, m, s):
    return -log(pi * s) - log(1 + ((x - m) / s) ** 2)


def binomial(k, n, p):
    return choose(n, k) + xlog(k, p) + xlog(n - k, 1 - p)


def binomial_logit(k, n, al):
    return choose(n, k) - k * log(1 + exp(-al)) - (n - k) * log(1 + exp(al))


def poisson(k, l):
    return xlog(k, l) - l - lg(k + 1)


def neg_binomial(k, mu, phi):
    return lg(k + phi) - lg(phi) - lg(k + 1) + phi * log(phi / (mu + phi)) + xlog(k, mu / (mu + phi))


LPDF = {
    'normal': normal,
    'student_t': student,
    'cauchy': cauchy,
    'double_exponential': lambda x, m, s: -log(2 * s) - abs(x - m) / s,
    'logistic': lambda x, m, s: -(x - m) / s - log(s) - 2 * log(1 + exp(-(x - m) / s)),
    'half_normal': lambda x, s: log(2) + normal(x, 0, s),
    'half_cauchy': lambda x, s: log(2) + cauchy(x, 0, s),
    'half_student_t': lambda x, nu, s: log(2) + student(x, nu, 0, s),
    'lognormal': lambda x, m, s: normal(log(x), m, s) - log(x),
    'exponential': lambda x, b: log(b) - b * x,
    'gamma': lambda x, a, b: a * log(b) - lg(a) + (a - 1) * log(x) - b * x,
    'inv_gamma': lambda x, a, b: a * log(b) - lg(a) - (a + 1) * log(x) - b / x,
    'weibull': lambda x, a, s: log(a / s) + (a - 1) * log(x / s) - (x / s) ** a,
    'beta': lambda x, a, b: (a - 1) * log(x) + (b - 1) * log(1 - x) - lbeta(a, b),
    'uniform': lambda x, a, b: -log(b - a),
    'bernoulli': lambda k, p: log(p) if k else log(1 - p),
    'bernoulli_logit': lambda k, al: -log(1 + exp(-al if k else al)),
    'binomial': binomial,
    'binomial_logit': binomial_logit,
    'beta_binomial': lambda k, n, a, b: choose(n, k) + lbeta(k + a, n - k + b) - lbeta(a, b),
    'poisson': poisson,
    'poisson_log': lambda k, al: k * al - exp(al) - lg(k + 1),
    'neg_binomial_2': neg_binomial,
    'neg_binomial_2_log': lambda k, e, phi: neg_binomial(k, exp(e), phi),
}


def fraction(first, terms):
    """A continued fraction b0 + a1/(b1 + a2/(b2 + ...)), after W. Lentz; terms(i) gives a, b."""
    f = c = first
    d = mpf(0)
    i = 0
    while True:
        i += 1
        a, b = terms(i)
        d = 1 / (b + a * d)
        c = b + a / c
        f *= c * d
        if abs(c * d - 1) < mpf(10) ** (-mp.mp.dps):
            return f


def gamma_tails(a, x):
    """log P, log Q of the incomplete gamma function."""
    front = a * log(x) - x - lg(a)
    if x < a + 1:
        term = total = 1 / a
        n = 0
        while term > total * mpf(10) ** (-mp.mp.dps):
            n += 1
            term *= x / (a + n)
            total += term
        p = front + log(total)
        return p, mp.log1p(-exp(p))
    q = front - log(fraction(x + 1 - a, lambda i: (-i * (i - a), x + 2 * i + 1 - a)))
    return mp.log1p(-exp(q)), q


def beta_tails(a, b, x, y=None):
    """The same for the incomplete beta function; y = 1 - x."""
    y = 1 - x if y is None else y
    if x * (a + b) > a:
        q, p = beta_tails(b, a, y, x)
        return p, q

    def terms(i):
        m = i // 2
        if i % 2:
            return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)), mpf(1)
        return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), mpf(1)

    p = a * log(x) + b * log(y) - lbeta(a, b) - log(a) - log(fraction(mpf(1), terms))
    return p, mp.log1p(-exp(p))


def halves(above):
    """A symmetric variable: logs of both tails at z from log P(Z > z), z >= 0."""
    def tails(z, *rest):
        upper = above(abs(z), *rest)
        lower = mp.log1p(-exp(upper))
        return (lower, upper) if z >= 0 else (upper, lower)
    return tails


def at(tails):
    return lambda x, m, s: tails((x - m) / s)


def size(tails):
    """|Z|: the upper tail twice."""
    def both(x, *params):
        upper = log(2) + tails(x, *params)[1]
        return (mp.log1p(-exp(upper)) if x else -mp.inf, upper)
    return both


def power_tails(p):
    return log(-mp.expm1(-p)) if p else -mp.inf, -p


def swap(t):
    return t[1], t[0]


def discrete(k, lpmf, top):
    lower = log(sum(exp(lpmf(mpf(j))) for j in range(int(k) + 1))) if k < top else mpf(0)
    upper = log(sum(exp(lpmf(mpf(j))) for j in range(int(k) + 1, top + 1))) if k < top else -mp.inf
    return lower, upper


def binomial_tails(k, n, x, y):
    return swap(beta_tails(k + 1, n - k, x, y)) if k < n else (mpf(0), -mp.inf)


z_normal = halves(lambda z: log(mp.erfc(z / mp.sqrt(2)) / 2))
z_cauchy = halves(lambda z: log(mp.atan(1 / z) / pi) if z else -log(2))
z_student = halves(lambda z, nu: beta_tails(nu / 2, mpf(1) / 2, nu / (nu + z * z), z * z / (nu + z * z))[0] - log(2) if z else -log(2))
TAILS = {
    'normal': at(z_normal),
    'student_t': lambda x, nu, m, s: z_student((x - m) / s, nu),
    'cauchy': at(z_cauchy),
    'double_exponential': at(halves(lambda z: -z - log(2))),
    'logistic': at(halves(lambda z: -log(1 + exp(z)))),
    'half_normal': size(lambda x, s: z_normal(x / s)),
    'half_cauchy': size(lambda x, s: z_cauchy(x / s)),
    'half_student_t': size(lambda x, nu, s: z_student(x / s, nu)),
    'lognormal': lambda x, m, s: z_normal((log(x) - m) / s),
    'exponential': lambda x, b: power_tails(b * x),
    'gamma': lambda x, a, b: gamma_tails(a, b * x),
    'inv_gamma': lambda x, a, b: swap(gamma_tails(a, b / x)),
    'weibull': lambda x, a, s: power_tails((x / s) ** a),
    'beta': lambda x, a, b: beta_tails(a, b, x),
    'uniform': lambda x, a, b: (log((x - a) / (b - a)) if x > a else -mp.inf, log((b - x) / (b - a)) if x < b else -mp.inf),
    'bernoulli': lambda k, p: (log(1 - p), log(p)) if k < 1 else (mpf(0), -mp.inf),
    'bernoulli_logit': lambda k, al: (-log(1 + exp(al)), -log(1 + exp(-al))) if k < 1 else (mpf(0), -mp.inf),
    'binomial': lambda k, n, p: binomial_tails(k, n, p, 1 - p),
    'binomial_logit': lambda k, n, al: binomial_tails(k, n, logit1(al), logit1(-al)),
    'beta_binomial': lambda k, n, a, b: discrete(k, lambda j: LPDF['beta_binomial'](j, n, a, b), int(n)),
    'poisson': lambda k, l: swap(gamma_tails(k + 1, l)),
    'poisson_log': lambda k, al: swap(gamma_tails(k + 1, exp(al))),
    'neg_binomial_2': lambda k, mu, phi: beta_tails(phi, k + 1, phi / (mu + phi), mu / (mu + phi)),
    'neg_binomial_2_log': lambda k, e, phi: beta_tails(phi, k + 1, 1 / (1 + exp(e) / phi), 1 / (1 + phi / exp(e))),
}
WHOLE = {'bernoulli': 1, 'bernoulli_logit': 1, 'binomial': 2, 'binomial_logit': 2, 'beta_binomial': 2, 'poisson': 1,
         'poisson_log': 1, 'neg_binomial_2': 1, 'neg_binomial_2_log': 1}    # whole-numbered arguments in front

sigmas = [(0, 1), (3, 0.5), (-2, 1e-6), (1e5, 1e9)]
zs = [-1e3, -40, -3.7, -0.001, 0, 0.3, 1, 8, 200]


def located(nus=None):
    for (m, s), z in itertools.product(sigmas if nus is None else sigmas[:2], zs):
        x = float(m + s * z)
        if nus is None:
            yield x, m, s
        else:
            for nu in nus:
                yield x, nu, m, s


NUS = [0.05, 1, 2.5, 30, 1e4, 1e9, 1e18]
POINTS = {
    'normal': list(located()),
    'student_t': list(located(NUS)),
    'cauchy': list(located()) + [(1e200, 0, 1)],
    'double_exponential': [p for p in located() if p[0] != p[1]],
    'logistic': list(located()),
    'half_normal': [(x, s) for x in (0, 1e-9, 0.5, 3, 40) for s in (1, 0.01, 1e6)],
    'half_cauchy': [(x, s) for x in (0, 1e-9, 0.5, 3, 1e5) for s in (1, 0.01, 1e6)],
    'half_student_t': [(x, nu, s) for x in (0, 1e-9, 0.5, 3, 1e5) for nu in NUS for s in (1, 0.01)],
    'lognormal': [(x, m, s) for x in (1e-300, 1e-5, 0.7, 1, 12, 1e9) for m, s in ((0, 1), (2, 0.1), (-5, 30))],
    'exponential': [(x, b) for x in (0, 1e-9, 1, 33, 1e4) for b in (0.01, 1, 1e3)],
    'gamma': [(x, a, b) for a in (1e-8, 0.01, 0.7, 1, 3.3, 40, 1e5, 1e9) for b in (1, 0.01)
              for x in ([float(a / b) * f for f in (0.01, 0.7, 0.9999, 1, 1.003, 1.5, 10)] + [1e-200, 1, 50])],
    'inv_gamma': [(x, a, b) for a in (1e-8, 0.01, 0.7, 1, 3.3, 40, 1e5) for b in (1, 0.01)
                  for x in ([float(b / a) * f for f in (0.01, 0.7, 0.9999, 1, 1.003, 1.5, 10)] + [1e-5, 1, 50])],
    'weibull': [(x, a, s) for x in (1e-200, 1e-3, 0.9, 2, 30) for a in (0.05, 0.8, 1, 3, 60) for s in (1, 10)],
    'beta': [(x, a, b) for a, b in ((1, 1), (0.5, 0.5), (1e-6, 1e-6), (0.01, 30), (2, 5), (90, 0.3), (1000, 3000), (1e9, 3e9),
                                    (1e-8, 1e9)) for x in (1e-300, 1e-9, 0.1, 0.2499, 0.25, 0.251, 0.5, 0.9, 1 - 1e-12)],
    'uniform': [(0.25, 0, 1), (0.5, 0, 3), (-3, -1e300, 1e300), (7, 6.999999, 7.000001)],
    'bernoulli': [(k, p) for k in (0, 1) for p in (0.5, 1e-300, 0.3, 1 - 1e-15)],
    'bernoulli_logit': [(k, al) for k in (0, 1) for al in (0, -1e-9, -3, 40, -700, 1000)],
    'binomial': [(k, n, p) for k, n in ((0, 1), (1, 1), (0, 20), (1, 20), (7, 20), (20, 20), (250, 1000), (300, 1000), (3, 10**9),
                                        (250000000, 10**9), (250010000, 10**9), (999999999, 10**9))
                 for p in (1e-300, 1e-9, 0.25, 0.3, 0.5, 0.999, 1 - 1e-12)],
    'binomial_logit': [(k, n, al) for k, n in ((0, 1), (1, 1), (0, 20), (7, 20), (20, 20), (300, 1000), (250000000, 10**9))
                       for al in (-700, -20, -1.0986, 0, 0.3, 5, 40)],
    'beta_binomial': [(k, n, a, b) for k, n in ((0, 0), (0, 1), (1, 1), (0, 20), (7, 20), (20, 20), (300, 1000),
                                                (250000000, 10**9), (1, 10**9))
                      for a, b in ((1, 1), (0.5, 0.5), (1e-5, 1e-5), (3, 7), (1e5, 2e5), (1e9, 3e9), (1e15, 3e15), (0.01, 1e6))],
    'poisson': [(k, l) for k in (0, 1, 2, 9, 100, 10**6, 10**9) for l in (1e-300, 1e-5, 0.5, 3, 99.5, 999000.5, 1e9, 1e12)],
    'poisson_log': [(k, al) for k in (0, 1, 2, 9, 100, 10**9) for al in (-700, -5, 0, 1.5, 4.6, 20.72, 25)],
    'neg_binomial_2': [(k, mu, phi) for k in (0, 1, 5, 100, 10**9) for mu in (1e-9, 0.5, 5, 120, 1e9)
                       for phi in (1e-6, 0.1, 1, 7.5, 1e4, 1e9, 1e15)],
    'neg_binomial_2_log': [(k, e, phi) for k in (0, 1, 5, 100, 10**9) for e in (-600, -3, 0, 2.5, 20.7, 690)
                           for phi in (1e-6, 1, 7.5, 1e4, 1e12)],
}

# Tails are slow to compute for large shapes, so few of those.
LARGE = {
    'gamma': [(9.99e6, 1e7, 1), (1.0005e7, 1e7, 1)],
    'beta': [(0.2501, 1e6, 3e6), (0.2495, 1e6, 3e6)],
    'binomial': [(25002000, 10**8, 0.25), (24990000, 10**8, 0.25), (20000000, 10**8, 0.25)],
    'poisson': [(10**7, 10003000), (10**7, 9990000)],
    'neg_binomial_2': [(100, 120, 1e6), (10**6, 1.2e6, 7.5)],
    'student_t': [(3, 1e6, 0, 1), (-40, 1e6, 0, 1)],
}


def show(v):
    return mp.nstr(v, 20) if v else '0'


def derivative(f, args, i, digits):
    """A central difference of a step that makes what is lost and left out some 1e-`digits / 3`th part."""
    with mp.workdps(digits):
        h = mpf(10) ** (-digits // 3) * (abs(args[i]) or mpf(10) ** -30)
        up, down = list(args), list(args)
        up[i] += h
        down[i] -= h
        return (f(*up) - f(*down)) / (2 * h)


def line(what, name, f, args, digits):
    exact = [mpf(a) for a in args]
    with mp.workdps(digits // 2):
        value = f(*exact)
    whole = WHOLE.get(name, 0) + (name == 'uniform' and what == 'lpdf')
    by = [mpf(0) if i < whole or mp.isinf(value) else derivative(f, exact, i, digits) for i in range(len(args))]
    print(what, name, ' '.join(repr(float(a)) for a in args), '=', show(value), ' '.join(show(b) for b in by), flush=True)


def main():
    only = sys.argv[1:]
    print('# Reference values of distributions: function, name, outcome and parameters = value and derivatives by each argument.')
    print('# Made by t/cases/dist.py (mpmath, from the definitions, at 50 digits or more).')
    for name, points in POINTS.items():
        for p in points if not only or 'lpdf' in only else ():
            line('lpdf', name, LPDF[name], p, 900)
    for name, tails in TAILS.items():
        if only and name not in only:
            continue
        for p in POINTS[name] + LARGE.get(name, []):
            if ((max(p[1:]) > 20000 or WHOLE.get(name) == 1 and p[0] > 1e6) and p not in LARGE.get(name, [])) or (name == 'beta_binomial' and p[1] == 0) or (name in ('normal', 'cauchy') and p[2] < 0.1):
                continue
            for i, what in enumerate(('lcdf', 'lccdf')):
                line(what, name, lambda *a: tails(*a)[i], p, 150)


main()
