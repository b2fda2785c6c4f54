#!/usr/bin/env python3
"""Makes models.test: models with data, a point on the unconstrained scale, and the log density there, written out by hand from the
definitions (Stan's transforms, https://mc-stan.org/docs/reference-manual/transforms.html) and computed by mpmath at 30 digits.

usage: python3 t/cases/models.py > t/cases/models.test
"""
import mpmath as mp
from mpmath import mpf

mp.mp.dps = 30
log, exp, sqrt, lg, pi = mp.log, mp.exp, mp.sqrt, mp.loggamma, mp.pi


def N(x, m=0, s=1):
    return -log(2 * pi) / 2 - log(s) - ((x - m) / mpf(s)) ** 2 / 2


def Phi(x):
    return mp.ncdf(x)


def gamma(x, a, b):
    return a * log(b) - lg(a) + (a - 1) * log(x) - b * x


def expo(x, r):
    return log(r) - r * x


def pois(k, r):
    return k * log(r) - r - lg(k + 1)


def beta(x, a, b):
    return lg(a + b) - lg(a) - lg(b) + (a - 1) * log(x) + (b - 1) * log(1 - x)


def binom(k, n, p):
    return lg(n + 1) - lg(k + 1) - lg(n - k + 1) + k * log(p) + (n - k) * log(1 - p)


def cauchy(x, m, s):
    return -log(pi) - log(s) - log(1 + ((x - m) / s) ** 2)


def student(x, nu, m, s):
    nu = mpf(nu)
    return lg((nu + 1) / 2) - lg(nu / 2) - log(nu * pi) / 2 - log(s) - (nu + 1) / 2 * log(1 + ((x - m) / s) ** 2 / nu)


def bern(y, p):
    return log(p) if y else log(1 - p)


def expit(x):
    return 1 / (1 + exp(-x))


def lse(*v):
    return log(sum(exp(x) for x in v))


def dirichlet(x, a):
    return lg(sum(a)) - sum(lg(k) for k in a) + sum((k - 1) * log(v) for k, v in zip(a, x))


def mvn(y, m, S):
    k = len(y)
    S = mp.matrix(S)
    d = mp.matrix([a - b for a, b in zip(y, m)])
    return -(k * log(2 * pi) + log(mp.det(S)) + (d.T * mp.inverse(S) * d)[0]) / 2


def unit(q):                    # (0, 1) and the log of the Jacobian
    u = expit(q)
    return u, log(u) + log(1 - u)


def between(q, a, b):
    u, j = unit(q)
    return a + (b - a) * u, j + log(b - a)


def above(q, a=0):
    return a + exp(q), q


def below(q, b):
    return b - exp(q), q


def ordered(q):
    x = [q[0]]
    for v in q[1:]:
        x.append(x[-1] + exp(v))
    return x, sum(q[1:])


def simplex(q):
    left, x, j, K = mpf(1), [], mpf(0), len(q) + 1
    for k, v in enumerate(q):
        z = expit(v - log(mpf(K - k - 1)))
        j += log(z) + log(1 - z) + log(left)
        x.append(left * z)
        left *= 1 - z
    return x + [left], j


count = 0


def case(name, model, data, q, lp, *more):
    """lp: a function of q; it gives the log density, or a dict with lp, log_lik and values of names."""
    global count
    count += 1
    q = [mpf(x) for x in q]
    got = lp(q)
    if not isinstance(got, dict):
        got = {"lp": got}
    print("\n== " + name)
    for line in model.strip("\n").split("\n"):
        print("| " + line)
    if data:
        print("data " + data)
    print("q " + " ".join(mp.nstr(x, 17) for x in q))
    print("lp " + mp.nstr(got.pop("lp"), 17))
    for key, v in got.items():
        v = v if isinstance(v, list) else [v]
        print((key if key == "log_lik" else "value " + key) + " " + " ".join(mp.nstr(mpf(x), 17) for x in v))
    for line in more:
        print(line)


print("## Made by t/cases/models.py: log densities by mpmath, from the formulas. `prior` and `predict`: mean and sd of draws.")

# == priors and supports ==
case("a number", "mu ~ normal(0, 5)", "", [1.5], lambda q: {"lp": N(q[0], 0, 5), "mu": q[0]}, "prior mu 0 5")
case("a vector", "z[3] ~ normal(1, 2)", "", [1, -1, .5], lambda q: {"lp": sum(N(x, 1, 2) for x in q), "z": q}, "prior z 1 2")
case("a vector by its prior", "z ~ normal([1, 2, 3], 2)", "", [1, -1, .5], lambda q: sum(N(x, m, 2) for x, m in zip(q, [1, 2, 3])), "prior z 3 2")
case("a matrix", "b[J, K] ~ normal(0, 1)", "J = 2; K = 3", [1, -1, .5, 0, 2, -.3], lambda q: {"lp": sum(N(x) for x in q), "b": q})
case("an array", "b[2, 1, 2] ~ normal(0, 1)\ns = b[2, 1, 1]", "", [1, -1, .5, 0], lambda q: {"lp": sum(N(x) for x in q), "b": q, "s": q[2]})
case("above 0", "s ~ gamma(2, 3)", "", [.4], lambda q: {"lp": gamma(exp(q[0]), 2, 3) + q[0], "s": exp(q[0])}, "prior s 0.66666667 0.47140452")
case("exponential", "s ~ exponential(2)", "", [-.4], lambda q: expo(exp(q[0]), 2) + q[0], "prior s 0.5 0.5")
case("lognormal", "s ~ lognormal(0.5, 0.3)", "", [.2], lambda q: N(q[0], .5, mpf(.3)) - q[0] + q[0], "prior s 1.7245 0.52920")
case("half normal", "s ~ half_normal(2)", "", [.3], lambda q: log(2) + N(exp(q[0]), 0, 2) + q[0], "prior s 1.5957691 1.2056206")
case("half cauchy", "s ~ half_cauchy(2)", "", [.3], lambda q: log(2) + cauchy(exp(q[0]), 0, 2) + q[0])
case("half student_t", "s ~ half_student_t(3, 2)", "", [.3], lambda q: log(2) + student(exp(q[0]), 3, 0, 2) + q[0])
case("inv_gamma and weibull", "a ~ inv_gamma(3, 2)\nb ~ weibull(2, 3)", "", [.3, -.2], lambda q: 3 * log(2) - lg(3) - 4 * q[0] - 2 / exp(q[0]) + q[0]
     + log(2) - log(3) + (q[1] - log(3)) - (exp(q[1]) / 3) ** 2 + q[1], "prior a 1 1", "prior b 2.6586807 1.3897541")
case("0 to 1", "p ~ beta(2, 3)", "", [.7], lambda q: beta(unit(q[0])[0], 2, 3) + unit(q[0])[1], "prior p 0.4 0.2")
case("uniform", "u ~ uniform(-1, 3)", "", [.7], lambda q: {"lp": -log(4) + between(q[0], -1, 3)[1], "u": between(q[0], -1, 3)[0]}, "prior u 1 1.1547005")
case("uniform between unknown ends", "t ~ exponential(1)\nu ~ uniform(0, t)", "", [.7, -.4],
     lambda q: expo(exp(q[0]), 1) + q[0] - q[0] + between(q[1], 0, exp(q[0]))[1], "prior t 1 1", "prior u 0.5 0.64549722")
case("flat", "m ~ flat()\ns ~ flat_positive()\ny ~ normal(m, s)", "y = 1 2", [.3, .2],
     lambda q: {"lp": N(1, q[0], exp(q[1])) + N(2, q[0], exp(q[1])) + q[1], "log_lik": [N(1, q[0], exp(q[1])), N(2, q[0], exp(q[1]))]})
case("flat between ends", "a ~ flat() T[0, 1]\nb ~ flat() T[0, 1 - a]\nc ~ flat() T[a, ]\nd ~ flat() T[, a]", "", [.3, .2, .1, -.4],
     lambda q: unit(q[0])[1] + between(q[1], 0, 1 - unit(q[0])[0])[1] + q[2] + q[3])
case("several flat ones", "b[3] ~ flat()\ny ~ normal(b, 1)", "y = 1 2 3", [.3, .2, .1], lambda q: sum(N(y, m) for y, m in zip([1, 2, 3], q)))
case("the rest of the line", "m ~ logistic(0, 1); c ~ cauchy(1, 2); t ~ student_t(4, 1, 2)", "", [.3, .2, .1],
     lambda q: -q[0] - 2 * log(1 + exp(-q[0])) + cauchy(q[1], 1, 2) + student(q[2], 4, 1, 2))

# == truncation ==
case("truncated below", "x ~ normal(1, 2) T[0, ]", "", [.3], lambda q: N(exp(q[0]), 1, 2) - log(1 - Phi(-mpf(1) / 2)) + q[0], "prior x 2.0183 1.3942")
case("truncated above", "x ~ normal(1, 2) T[, 3]", "", [.3], lambda q: N(3 - exp(q[0]), 1, 2) - log(Phi(1)) + q[0])
case("truncated on both sides", "x[2] ~ normal(1, 2) T[0, 3]", "", [.3, -.3],
     lambda q: sum(N(between(v, 0, 3)[0], 1, 2) - log(Phi(1) - Phi(-mpf(1) / 2)) + between(v, 0, 3)[1] for v in q))
case("truncated at unknown ends", "a ~ normal(0, 1)\nw ~ exponential(1)\nx ~ normal(a, 2) T[a, a + w]", "", [.3, -.3, .5],
     lambda q: N(q[0]) + expo(exp(q[1]), 1) + q[1] + N(between(q[2], q[0], q[0] + exp(q[1]))[0], q[0], 2) - log(Phi(exp(q[1]) / 2) - mpf(1) / 2)
     + between(q[2], q[0], q[0] + exp(q[1]))[1])
case("truncated at a vector", "x[2] ~ normal(0, 1) T[lo, ]", "lo = 0 1", [.3, -.3],
     lambda q: sum(N(exp(v) + l) - log(1 - Phi(l)) + v for v, l in zip(q, [0, 1])))
case("truncated and positive", "x ~ gamma(2, 1) T[1, ]", "", [.3], lambda q: gamma(1 + exp(q[0]), 2, 1) - log(2 * exp(-mpf(1))) + q[0])
case("truncated data", "m ~ normal(0, 1)\ny ~ normal(m, 2) T[0, ]", "y = 1 3", [.3],
     lambda q: {"lp": N(q[0]) + sum(N(y, q[0], 2) - log(1 - Phi(-q[0] / 2)) for y in [1, 3]),
                "log_lik": [N(y, q[0], 2) - log(1 - Phi(-q[0] / 2)) for y in [1, 3]]})
case("truncated counts", "r ~ exponential(1)\ny ~ poisson(r) T[1, ]", "y = 1 3", [.3],
     lambda q: expo(exp(q[0]), 1) + q[0] + sum(pois(y, exp(q[0])) - log(1 - exp(-exp(q[0]))) for y in [1, 3]))

# == ordered, simplexes ==
case("ordered", "c[3] ~ normal(0, 10) ordered", "", [-.5, .2, .3], lambda q: {"lp": sum(N(x, 0, 10) for x in ordered(q)[0]) + ordered(q)[1], "c": ordered(q)[0]})
case("ordered above an end", "c[3] ~ normal([1, 2, 3], 1) T[0, ] ordered", "", [-.5, .2, .3],
     lambda q: (lambda x: sum(N(v, m) - log(1 - Phi(-m)) for v, m in zip(x, [1, 2, 3])) + sum(q))([exp(q[0]), exp(q[0]) + exp(q[1]), exp(q[0]) + exp(q[1]) + exp(q[2])]))
case("rows of a matrix in order", "c[2, 2] ~ normal(0, 1) ordered", "", [-.5, .2, .3, .1],
     lambda q: sum(N(x) for x in ordered(q[:2])[0] + ordered(q[2:])[0]) + q[1] + q[3])
case("a simplex", "theta[3] ~ dirichlet([1, 2, 3])", "", [.2, -.4], lambda q: {"lp": dirichlet(simplex(q)[0], [1, 2, 3]) + simplex(q)[1], "theta": simplex(q)[0]},
     "prior theta 0.5 0.18898224")
case("a simplex by its prior", "theta ~ dirichlet(rep(1, K))", "K = 3", [.2, -.4], lambda q: dirichlet(simplex(q)[0], [1, 1, 1]) + simplex(q)[1])
case("rows that are simplexes", "A[k] ~ dirichlet(alpha) for k in 1..2", "alpha = 1 2 3", [.2, -.4, 0, .1],
     lambda q: {"lp": sum(dirichlet(simplex(r)[0], [1, 2, 3]) + simplex(r)[1] for r in (q[:2], q[2:])), "A": simplex(q[:2])[0] + simplex(q[2:])[0]},
     "prior A 0.5 0.18898224")
case("rows of their own parameters", "A[k] ~ dirichlet(alpha[k]) for k in 1..2", "alpha[2, 3] = 1 2 3 3 2 1", [.2, -.4, 0, .1],
     lambda q: dirichlet(simplex(q[:2])[0], [1, 2, 3]) + simplex(q[:2])[1] + dirichlet(simplex(q[2:])[0], [3, 2, 1]) + simplex(q[2:])[1])
case("a matrix of simplexes as a whole", "A[2, 3] ~ dirichlet(alpha)", "alpha = 1 2 3", [.2, -.4, 0, .1],
     lambda q: sum(dirichlet(simplex(r)[0], [1, 2, 3]) + simplex(r)[1] for r in (q[:2], q[2:])))

# == data, shapes, indexes ==
case("a likelihood", "mu ~ normal(0, 1)\ns ~ exponential(1)\ny ~ normal(mu, s)", "y = 1 2 4", [.5, .2],
     lambda q: {"lp": N(q[0]) + expo(exp(q[1]), 1) + q[1] + sum(N(y, q[0], exp(q[1])) for y in [1, 2, 4]), "log_lik": [N(y, q[0], exp(q[1])) for y in [1, 2, 4]]})
case("in loops", "mu[2] ~ normal(0, 1)\ny[i] ~ normal(mu[g[i]] * x[i], 2) for i in 1..length(y)", "y = 1 2 4; g = 1 2 2; x = 1 -1 3", [.5, .2],
     lambda q: N(q[0]) + N(q[1]) + N(1, q[0], 2) + N(2, -q[1], 2) + N(4, 3 * q[1], 2))
case("an expression of data", "m ~ normal(0, 1)\nlog(y) ~ normal(m, 2)", "y = 1 2 4", [.5], lambda q: N(q[0]) + sum(N(log(mpf(y)), q[0], 2) for y in [1, 2, 4]))
case("groups by number", "a[J] ~ normal(0, 1)\ny ~ normal(a[g], 1)", "J = 2; g = 1 2 2; y = 1 2 3", [.5, .1], lambda q: N(q[0]) + N(q[1]) + N(1, q[0]) + N(2, q[1]) + N(3, q[1]))
case("groups by text", "a[levels(region)] ~ normal(0, 1)\ny ~ normal(a[region], 1)", "region # north south north; y = 1 2 3", [.5, .1],
     lambda q: N(q[0]) + N(q[1]) + N(1, q[0]) + N(2, q[1]) + N(3, q[0]))
case("rows and columns", "b[2, 3] ~ normal(0, 1)\nr = sum(b[1]); s = sum(b[, 2]); u = b[2, 3]; v = b[1, 2..3]\nfactor(r * s * u)", "", [1, -1, .5, 0, 2, -.3],
     lambda q: {"lp": sum(N(x) for x in q) + (q[0] + q[1] + q[2]) * (q[1] + q[4]) * q[5], "r": q[0] + q[1] + q[2], "s": q[1] + q[4], "u": q[5], "v": [q[1], q[2]]})
case("a part", "a[3] ~ normal(0, 1)\ny[2..4] ~ normal(a, 1)\nfactor(a[2..3] * 2)", "y = 1 2 3 4", [.5, .1, .2],
     lambda q: sum(N(x) for x in q) + N(2, q[0]) + N(3, q[1]) + N(4, q[2]) + 2 * (q[1] + q[2]))
case("lists", "a ~ normal(0, 1)\nb = [a, 2, a * a]\nM = [[1, a], [a, 4]]\nfactor(b[3] * M[1, 2])", "", [.5], lambda q: {"lp": N(q[0]) + q[0] ** 3, "b": [q[0], 2, q[0] ** 2], "M": [1, q[0], q[0], 4]})
case("a loop in an argument", "x[3] ~ normal(0, 1)\nfactor(sum(x[i] * 2 ^ i for i in 1..3))", "", [.5, .1, .2], lambda q: sum(N(x) for x in q) + 2 * q[0] + 4 * q[1] + 8 * q[2])
case("loops in loops", "x[3] ~ normal(0, 1)\ny[i] ~ normal(sum(x[j] for j in 1..i), 1) for i in 1..3", "y = 1 2 3", [.5, .1, .2],
     lambda q: sum(N(x) for x in q) + N(1, q[0]) + N(2, q[0] + q[1]) + N(3, sum(q)))
case("a loop of two variables", "x[2] ~ normal(0, 1)\nY[i, j] ~ normal(x[i] * j, 1) for i in 1..2, j in 1..3", "Y[2, 3] = 1 2 3 4 5 6", [.5, .1],
     lambda q: sum(N(x) for x in q) + sum(N(3 * i + j + 1, q[i] * (j + 1)) for i in range(2) for j in range(3)))
case("a triangular loop", "x ~ normal(0, 1)\nY[i, j] ~ normal(x * j, 1) for i in 1..3, j in i..3", "Y[3, 3] = 1 2 3 4 5 6 7 8 9", [.5],
     lambda q: N(q[0]) + sum(N(3 * i + j + 1, q[0] * (j + 1)) for i in range(3) for j in range(i, 3)))
case("sums of loops of several lengths, one of nothing", "x[3] ~ normal(0, 1)\ns[t] = sum(x[k] for k in 1..t-1) for t in 1..4\nfactor(s * s)", "", [.5, .1, .2],
     lambda q: {"lp": sum(N(x) for x in q) + q[0] ** 2 + (q[0] + q[1]) ** 2 + sum(q) ** 2, "s": [0, q[0], q[0] + q[1], sum(q)]})
case("a matrix by element", "a ~ normal(0, 1)\nK[i, j] = a * x[i] * x[j] + i for i in 1..2, j in 1..2\nfactor(K[1, 2])", "x = 2 3", [.5],
     lambda q: {"lp": N(q[0]) + 6 * q[0] + 1, "K": [4 * q[0] + 1, 6 * q[0] + 1, 6 * q[0] + 2, 9 * q[0] + 2]})
case("lengths", "x[2] ~ normal(0, 1)\nfactor(x * (length(y) + rows(X) + 10 * columns(X) + levels(g)))", "y = 1 2 3; X[2, 1] = 1 2; g # a b", [.5, .1],
     lambda q: sum(N(x) for x in q) + (3 + 2 + 10 + 2) * sum(q))
case("a name like a keyword of data", "inf ~ normal(0, 1)\nfactor(pi * inf)", "", [.5], lambda q: N(q[0]) + pi * q[0])
case("an end that is infinite", "x ~ normal(0, 1) T[-inf, 1]", "", [.5], lambda q: N(1 - exp(q[0])) - log(Phi(1)) + q[0])

# == recurrences ==
def garch(q):
    mu, a0, a1 = q[0], exp(q[1]), unit(q[2])[0]
    y, h = [mpf(1), mpf(-2), mpf(3)], [mpf(1)]
    for t in (1, 2):
        h.append(a0 + a1 * (y[t - 1] - mu) ** 2 + h[-1] / 2)
    return {"lp": N(mu) + expo(a0, 1) + q[1] + unit(q[2])[1] + sum(N(v, mu, sqrt(s)) for v, s in zip(y, h)), "h": h}


case("GARCH", "mu ~ normal(0, 1)\na0 ~ exponential(1)\na1 ~ uniform(0, 1)\nh[1] = 1\nh[t] = a0 + a1 * (y[t-1] - mu)^2 + h[t-1] / 2 for t in 2..3\ny ~ normal(mu, sqrt(h))",
     "y = 1 -2 3", [.5, -.1, .2], garch)
case("a block", "b ~ normal(0, 1)\nS[1] = 10; I[1] = 1\nlost[1] = b * S[1] * I[1]\nfor t in 2..3 do\n  S[t] = S[t-1] - lost[t-1]\n  I[t] = I[t-1] + lost[t-1]\n"
     "  lost[t] = b * S[t] * I[t]\nend\nfactor(I[3])", "", [.1],
     lambda q: (lambda l1: (lambda l2: {"lp": N(q[0]) + 1 + l1 + l2, "S": [10, 10 - l1, 10 - l1 - l2]})(q[0] * (10 - l1) * (1 + l1)))(10 * q[0]))
case("a block in another order of lines", "b ~ normal(0, 1)\nI[1] = S[1] - 9\nfor t in 2..3 do\n  lost[t] = b * S[t] * I[t]\n  S[t] = S[t-1] - lost[t-1]\n"
     "  I[t] = I[t-1] + lost[t-1]\nend\nlost[1] = b * S[1] * I[1]\nS[1] = 10\nfactor(I[3])", "", [.1],
     lambda q: (lambda l1: (lambda l2: {"lp": N(q[0]) + 1 + l1 + l2, "S": [10, 10 - l1, 10 - l1 - l2]})(q[0] * (10 - l1) * (1 + l1)))(10 * q[0]))
case("backwards", "b ~ normal(0, 1)\nv[4] = 1\nv[t] = b * v[t+1] + t for t in 1..3\nfactor(v[1])", "", [.1],
     lambda q: {"lp": N(q[0]) + (q[0] * (q[0] * (q[0] + 3) + 2) + 1), "v": [q[0] * (q[0] * (q[0] + 3) + 2) + 1, q[0] * (q[0] + 3) + 2, q[0] + 3, 1]})
case("two loops, the clock behind", "b ~ normal(0, 1)\nw[i, 1] = i for i in 1..3\nw[i, t] = b * w[i, t-1] + y[i, t] for i in 1..3, t in 2..3\nfactor(w[2, 3])",
     "y[3, 3] = 1 2 3 4 5 6 7 8 9", [.3], lambda q: {"lp": N(q[0]) + q[0] * (2 * q[0] + 5) + 6, "w": [x for i in range(3) for x in
     (i + 1, (i + 1) * q[0] + 3 * i + 2, q[0] * ((i + 1) * q[0] + 3 * i + 2) + 3 * i + 3)]})
case("two loops, the clock in front", "b ~ normal(0, 1)\nw[1, i] = i for i in 1..3\nw[t, i] = b * w[t-1, i] + 1 for t in 2..3, i in 1..3\nfactor(w[3, 2])",
     "", [.3], lambda q: N(q[0]) + q[0] * (2 * q[0] + 1) + 1)
case("both indexes move", "b ~ normal(0, 1)\nw[1, j] = 1 for j in 1..3\nw[i, 1] = 1 for i in 2..3\nw[i, j] = b * w[i-1, j] + w[i, j-1] for i in 2..3, j in 2..3\nfactor(w[3, 3])",
     "", [.3], lambda q: (lambda a: (lambda b22: (lambda b23, b32: N(a) + a * b23 + b32)(a + b22, a * b22 + 1))(a + 1))(q[0]))
def hmm(q):
    A = [simplex([q[0]])[0], simplex([q[1]])[0]]
    y = [mpf(0), mpf(1), mpf(3), mpf(2)]
    mu = q[2:4]
    g = [N(y[0], mu[k]) - log(2) for k in (0, 1)]
    for t in (1, 2, 3):
        g = [lse(*(g[j] + log(A[j][k]) for j in (0, 1))) + N(y[t], mu[k]) for k in (0, 1)]
    return simplex([q[0]])[1] + simplex([q[1]])[1] + N(mu[0], 0, 5) + N(mu[1], 0, 5) + lse(*g)


case("a hidden Markov model", "A[k] ~ dirichlet([1, 1]) for k in 1..K\nmu[K] ~ normal(0, 5)\ng[1, k] = -log(2) + normal_lpdf(y[1], mu[k], 1) for k in 1..K\n"
     "g[t, k] = log_sum_exp(g[t-1, j] + log(A[j, k]) for j in 1..K) + normal_lpdf(y[t], mu[k], 1) for t in 2..4, k in 1..K\nfactor(log_sum_exp(g[4]))",
     "y = 0 1 3 2; K = 2", [.3, -.2, .5, 2], hmm)
case("vectors in steps", "b ~ normal(0, 1)\nx[1] = [1, b]\nx[t] = b * x[t-1] + [0, 1] for t in 2..3\nfactor(x[3, 2])", "", [.3],
     lambda q: {"lp": N(q[0]) + q[0] * (q[0] ** 2 + 1) + 1, "x": [1, q[0], q[0], q[0] ** 2 + 1, q[0] ** 2, q[0] * (q[0] ** 2 + 1) + 1]})
case("of data alone", "p ~ uniform(0, 1)\nbefore[i, 1] = 0 for i in 1..3\nbefore[i, t] = if(y[i, t-1] == 1, 1, before[i, t-1]) for i in 1..3, t in 2..3\n"
     "y[i, t] ~ bernoulli(if(before[i, t] == 1, p, p / 2)) for i in 1..3, t in 1..3", "y[3, 3] = 0 1 0 1 1 0 0 0 1", [.3],
     lambda q: (lambda p, j: j + sum(bern(y, p if b else p / 2) for y, b in zip([0, 1, 0, 1, 1, 0, 0, 0, 1], [0, 0, 1, 0, 1, 1, 0, 0, 0])))(*unit(q[0])))
case("two steps back", "a[2] ~ normal(0, 1)\ns[1] = a[1]; s[2] = a[2]\ns[t] = s[t-1] + s[t-2] for t in 3..5\nfactor(s[5])", "", [.3, .4],
     lambda q: {"lp": N(q[0]) + N(q[1]) + 2 * q[0] + 3 * q[1], "s": [q[0], q[1], q[0] + q[1], q[0] + 2 * q[1], 2 * q[0] + 3 * q[1]]})
case("a last one of its own", "a ~ normal(0, 1)\ns[1] = a\ns[t] = s[t-1] * 2 for t in 2..3\ns[4] = s[3] + s[2]\nfactor(s[4])", "", [.3], lambda q: N(q[0]) + 6 * q[0])
case("a loop inside that looks at all before", "a ~ normal(0, 1)\ns[1] = a\ns[t] = sum(s[k] * k for k in 1..t-1) for t in 2..4\nfactor(s[4])", "", [.3],
     lambda q: {"lp": N(q[0]) + 9 * q[0], "s": [q[0], q[0], 3 * q[0], 12 * q[0]]} | {"lp": N(q[0]) + 12 * q[0]})

# == parameters in steps ==
case("a random walk", "s ~ exponential(1)\nx[1] ~ normal(0, 1)\nx[t] ~ normal(x[t-1], s) for t in 2..3", "", [.2, .1, .5, -.4],
     lambda q: {"lp": expo(exp(q[0]), 1) + q[0] + N(q[1]) + N(q[2], q[1], exp(q[0])) + N(q[3], q[2], exp(q[0])), "x": q[1:]})
case("a random walk of known steps", "x[1] ~ normal(1, 1)\nx[t] ~ normal(x[t-1], 2) for t in 2..3", "", [.1, .5, -.4],
     lambda q: N(q[0], 1) + N(q[1], q[0], 2) + N(q[2], q[1], 2), "prior x 1 3")
case("a walk by sums", "s ~ exponential(1)\nz[3] ~ normal(0, 1)\nx = s * cumsum(z)\ny ~ normal(x, 1)", "y = 1 2 3", [.2, .1, .5, -.4],
     lambda q: {"lp": expo(exp(q[0]), 1) + q[0] + sum(N(z) for z in q[1:]) + sum(N(y, exp(q[0]) * sum(q[1:k + 2])) for k, y in enumerate([1, 2, 3])),
                "x": [exp(q[0]) * sum(q[1:k + 2]) for k in range(3)]})
case("two pieces of two supports", "x[1] ~ exponential(1)\nx[2] ~ normal(0, 1)", "", [.2, .1], lambda q: {"lp": expo(exp(q[0]), 1) + q[0] + N(q[1]), "x": [exp(q[0]), q[1]]})
case("pieces out of order", "x[2] ~ exponential(1)\nx[i] ~ normal(x[2], 1) for i in 1..3 - 2\nx[3] ~ uniform(0, 1)", "", [.2, .1, -.3],
     lambda q: {"lp": expo(exp(q[0]), 1) + q[0] + N(q[1], exp(q[0])) + unit(q[2])[1], "x": [q[1], exp(q[0]), unit(q[2])[0]]})
case("a matrix by loops", "m[2] ~ normal(0, 1)\nb[j, k] ~ normal(m[k], j) for j in 1..2, k in 1..2", "", [.2, .1, -.3, .4, .5, .6],
     lambda q: N(q[0]) + N(q[1]) + N(q[2], q[0]) + N(q[3], q[1]) + N(q[4], q[0], 2) + N(q[5], q[1], 2))
case("vectors in a loop", "b[j] ~ multi_normal(m, [[2, 0.5], [0.5, 1]]) for j in 1..2\nm ~ normal([0, 0], 1)", "", [.2, .1, -.3, .4, .5, .6],
     lambda q: (lambda b1, b2, m: sum(N(x) for x in m) + sum(mvn(b, m, [[2, .5], [.5, 1]]) for b in (b1, b2)))(q[2:4], q[4:6], q[0:2]))

# == distributions of data ==
case("counts", "r ~ gamma(1, 1)\ny ~ poisson(r)\nz ~ poisson_log(log(r))", "y = 1 0; z = 3", [.2],
     lambda q: gamma(exp(q[0]), 1, 1) + q[0] + pois(1, exp(q[0])) + pois(0, exp(q[0])) + pois(3, exp(q[0])))
case("predictions of counts", "r ~ gamma(4, 2)\ny ~ poisson(r)", "y = 1", [.2], lambda q: gamma(exp(q[0]), 4, 2) + q[0] + pois(1, exp(q[0])), "predict y 2 1.7320508", "prior r 2 1")
case("binomial", "p ~ beta(2, 2)\nk ~ binomial(n, p)\nj ~ binomial_logit(n, log(p / (1 - p)))", "k = 3 4; n = 5 6; j = 0 2", [.2],
     lambda q: (lambda p, j: beta(p, 2, 2) + j + binom(3, 5, p) + binom(4, 6, p) + binom(0, 5, p) + binom(2, 6, p))(*unit(q[0])))
case("bits", "p ~ beta(2, 2)\ny ~ bernoulli(p)\nz ~ bernoulli_logit(logit(p))", "y = 1 0 1; z = 0", [.2], lambda q: (lambda p, j: beta(p, 2, 2) + j + 2 * log(p) + 2 * log(1 - p))(*unit(q[0])),
     "predict y 0.5 0.5")
case("negative binomial", "m ~ gamma(2, 1)\nf ~ gamma(2, 1)\ny ~ neg_binomial_2(m, f)\nz ~ neg_binomial_2_log(log(m), f)", "y = 1 3; z = 2", [.2, .5],
     lambda q: (lambda m, f: gamma(m, 2, 1) + gamma(f, 2, 1) + q[0] + q[1] + sum(lg(y + f) - lg(y + 1) - lg(f) + y * log(m / (m + f)) + f * log(f / (m + f)) for y in (1, 3, 2)))(exp(q[0]), exp(q[1])))
case("beta binomial", "a ~ gamma(2, 1)\ny ~ beta_binomial(n, a, 2)", "y = 1 3; n = 4 5", [.2],
     lambda q: (lambda a: gamma(a, 2, 1) + q[0] + sum(lg(n + 1) - lg(y + 1) - lg(n - y + 1) + lg(y + a) + lg(n - y + 2) - lg(n + a + 2) - (lg(a) + lg(2) - lg(a + 2))
                for y, n in ((1, 4), (3, 5))))(exp(q[0])))
case("categories", "theta ~ dirichlet([1, 1, 1])\ny ~ categorical(theta)", "y = 1 3 3", [.2, .1],
     lambda q: (lambda x, j: log(mpf(2)) + j + log(x[0]) + 2 * log(x[2]))(*simplex(q)))
case("categories by row", "b[3] ~ normal(0, 1)\ny[i] ~ categorical_logit(b * x[i]) for i in 1..2", "y = 1 3; x = 1 2", [.2, .1, -.3],
     lambda q: sum(N(x) for x in q) + q[0] - lse(*q) + 2 * q[2] - lse(*(2 * x for x in q)))
case("multinomial", "theta ~ dirichlet([1, 1, 1])\ny ~ multinomial(theta)", "y = 1 3 2", [.2, .1],
     lambda q: (lambda x, j: log(mpf(2)) + j + log(mpf(60)) + log(x[0]) + 3 * log(x[1]) + 2 * log(x[2]))(*simplex(q)))
case("multi_normal", "s ~ exponential(1)\ny ~ multi_normal(0, [[s, 0.1], [0.1, s]])", "y = 1 2", [.2],
     lambda q: expo(exp(q[0]), 1) + q[0] + mvn([1, 2], [0, 0], [[exp(q[0]), mpf("0.1")], [mpf("0.1"), exp(q[0])]]))
case("rows of a matrix of data", "m[2] ~ normal(0, 1)\nY ~ multi_normal(m, [[2, 1], [1, 3]])", "Y[3, 2] = 1 2 3 4 5 6", [.2, .3],
     lambda q: {"lp": N(q[0]) + N(q[1]) + sum(mvn(y, q, [[2, 1], [1, 3]]) for y in ([1, 2], [3, 4], [5, 6])), "log_lik": [mvn(y, q, [[2, 1], [1, 3]]) for y in ([1, 2], [3, 4], [5, 6])]})
case("by a Cholesky factor", "s ~ exponential(1)\nL = cholesky([[s, 0.1], [0.1, s]])\ny ~ multi_normal_cholesky([0, 0], L)", "y = 1 2", [.2],
     lambda q: expo(exp(q[0]), 1) + q[0] + mvn([1, 2], [0, 0], [[exp(q[0]), mpf("0.1")], [mpf("0.1"), exp(q[0])]]))

# == mixtures ==
def mixed(q):
    w, j = unit(q[0])
    rows = [lse(log(w) + N(y, q[1], 1), log(1 - w) + N(y, q[2], 2)) for y in (mpf(1), mpf(2))]
    return {"lp": j + beta(w, 2, 2) + N(q[1]) + N(q[2]) + sum(rows), "log_lik": rows}


case("a mixture", "w ~ beta(2, 2)\na ~ normal(0, 1)\nb ~ normal(0, 1)\ny ~ mix(w, normal(a, 1), normal(b, 2))", "y = 1 2", [.3, .2, -.4], mixed)
case("a mixture by factor", "w ~ beta(2, 2)\na ~ normal(0, 1)\nb ~ normal(0, 1)\nfactor(mix(w, normal_lpdf(y, a, 1), normal_lpdf(y | b, 2)))", "y = 1 2", [.3, .2, -.4], mixed)
case("log_mix", "w ~ beta(2, 2)\na ~ normal(0, 1)\nb ~ normal(0, 1)\nfactor(log_mix(w, normal_lpdf(y, a, 1), normal_lpdf(y | b, 2)))", "y = 1 2", [.3, .2, -.4],
     lambda q: mixed(q)["lp"])
case("a mixture of three", "w ~ dirichlet([1, 1, 1])\nm ~ normal(0, 1)\ny ~ mix(w, normal(m, 1), normal(2, 2), cauchy(0, 1))", "y = 1 2", [.3, .2, -.4],
     lambda q: (lambda w, j: log(mpf(2)) + j + N(q[2]) + sum(lse(log(w[0]) + N(y, q[2]), log(w[1]) + N(y, 2, 2), log(w[2]) + cauchy(y, 0, 1)) for y in (mpf(1), mpf(2))))(*simplex(q[:2])))
case("a prior that is a mixture", "x ~ mix(0.3, normal(0, 1), normal(5, 2))", "", [1.2], lambda q: lse(log(mpf("0.3")) + N(q[0]), log(mpf("0.7")) + N(q[0], 5, 2)), "prior x 3.5 2.877499")
case("a vector whose prior is a mixture", "x[2] ~ mix(0.3, normal(0, 1), normal(5, 2))", "", [1.2, .1],
     lambda q: sum(lse(log(mpf("0.3")) + N(v), log(mpf("0.7")) + N(v, 5, 2)) for v in q))
case("a mixture of weights by row", "a ~ normal(0, 1)\ny ~ mix(w, normal(a, 1), normal(5, 2))", "y = 1 2 3; w = 0.1 0.5 0.9", [1.2],
     lambda q: N(q[0]) + sum(lse(log(mpf(w)) + N(y, q[0]), log(1 - mpf(w)) + N(y, 5, 2)) for y, w in ((1, "0.1"), (2, "0.5"), (3, "0.9"))))
case("zero inflated", "w ~ beta(1, 1)\nr ~ gamma(2, 1)\ny ~ mix(w, poisson(0), poisson(r))", "y = 0 2", [.3, .2],
     lambda q: (lambda w, j, r: j + gamma(r, 2, 1) + q[1] + log(w + (1 - w) * exp(-r)) + log(1 - w) + pois(2, r))(*unit(q[0]), exp(q[1])))

# == as functions, reports, factors ==
case("distribution functions", "m ~ normal(0, 1)\nfactor(normal_lcdf(1, m, 2)); factor(normal_lccdf(y | m, 2)); factor(poisson_lpmf(3 | exp(m)))", "y = 1 2", [.3],
     lambda q: N(q[0]) + log(Phi((1 - q[0]) / 2)) + sum(log(1 - Phi((y - q[0]) / 2)) for y in (1, 2)) + pois(3, exp(q[0])))
case("sums of functions", "m ~ normal(0, 1)\nl = sum(normal_lpdf(y, m, 1))\nfactor(2 * l)", "y = 1 2", [.3], lambda q: {"lp": N(q[0]) + 2 * (N(1, q[0]) + N(2, q[0])), "l": N(1, q[0]) + N(2, q[0])})
case("a report", "m ~ gamma(2, 1)\nreported(poisson(m), 1, 2)", "", [.3], lambda q: gamma(exp(q[0]), 2, 1) + q[0] + log(exp(pois(1, exp(q[0]))) + exp(pois(2, exp(q[0])))))
case("reports of columns", "m ~ normal(0, 1)\nreported(normal(m, 1), low, high)", "low = 0 1 -; high = 1 - 2", [.3],
     lambda q: {"lp": N(q[0]) + log(Phi(1 - q[0]) - Phi(-q[0])) + log(1 - Phi(1 - q[0])) + log(Phi(2 - q[0])),
                "log_lik": [log(Phi(1 - q[0]) - Phi(-q[0])), log(1 - Phi(1 - q[0])), log(Phi(2 - q[0]))]})
case("published figures", "m ~ normal(0, 1)\nf ~ reported(normal(m, 1))", "f ~ 0:1 1: :2 1.5", [.3],
     lambda q: N(q[0]) + log(Phi(1 - q[0]) - Phi(-q[0])) + log(1 - Phi(1 - q[0])) + log(Phi(2 - q[0])) + N(mpf("1.5"), q[0]))
case("figures in a loop", "m[2] ~ normal(0, 1)\nf[i] ~ reported(normal(m[i], 1)) for i in 1..2", "f ~ 0:1 1:", [.3, .1],
     lambda q: N(q[0]) + N(q[1]) + log(Phi(1 - q[0]) - Phi(-q[0])) + log(1 - Phi(1 - q[1])))
case("bounds of figures", "m ~ normal(0, 1)\nfactor(m * sum(high(f) - low(f)))", "f ~ 0:1 2:5", [.3], lambda q: N(q[0]) + 4 * q[0])
case("a factor of a vector", "m[3] ~ normal(0, 1)\nfactor(-m * m)", "", [.3, .1, .2], lambda q: sum(N(x) - x * x for x in q))
case("a factor in a loop", "m[3] ~ normal(0, 1)\nfactor(m[i] * i) for i in 1..3", "", [.3, .1, .2], lambda q: sum(N(x) + (i + 1) * x for i, x in enumerate(q)))
case("a draw of what is derived", "m[2] ~ normal(0, 1)\nd = m[1] - m[2]\nd ~ normal(0, 0.5)", "", [.3, .1], lambda q: N(q[0]) + N(q[1]) + N(q[0] - q[1], 0, mpf(".5")))

# == functions ==
case("reductions", "x[3] ~ normal(0, 1)\nfactor(mean(x) + prod(x) + min(x) + 2 * max(x) + sd(x) + log_sum_exp(x))", "", [.3, .1, .7],
     lambda q: sum(N(x) for x in q) + sum(q) / 3 + q[0] * q[1] * q[2] + q[1] + 2 * q[2] + sqrt(sum((x - sum(q) / 3) ** 2 for x in q) / 2) + lse(*q))
case("of two arguments", "x[2] ~ normal(0, 1)\nfactor(max(x[1], x[2]) + 2 * min(x, 0.2))", "", [.3, .1], lambda q: N(q[0]) + N(q[1]) + 2 * q[0] + 2 * (mpf("0.2") + q[1]))
case("softmax and sums", "x[3] ~ normal(0, 1)\ns = softmax(x); l = log_softmax(x); c = cumsum(x)\nfactor(s[1] + l[2] + c[3])", "", [.3, .1, .7],
     lambda q: {"lp": sum(N(x) for x in q) + exp(q[0] - lse(*q)) + q[1] - lse(*q) + sum(q), "c": [q[0], q[0] + q[1], sum(q)]})
case("dot and matvec of data", "b[2] ~ normal(0, 1)\ny ~ normal(matvec(X, b), 1)\nfactor(dot(b, [1, 2]))", "X[3, 2] = 1 2 3 4 5 6; y = 1 2 3", [.3, .1],
     lambda q: N(q[0]) + N(q[1]) + sum(N(y, a * q[0] + b * q[1]) for y, a, b in ((1, 1, 2), (2, 3, 4), (3, 5, 6))) + q[0] + 2 * q[1])
case("matvec of unknowns", "A[2, 2] ~ normal(0, 1)\nb = matvec(A, v)\nfactor(b[1] * b[2])", "v = 1 2", [.3, .1, .2, -.4],
     lambda q: {"lp": sum(N(x) for x in q) + (q[0] + 2 * q[1]) * (q[2] + 2 * q[3]), "b": [q[0] + 2 * q[1], q[2] + 2 * q[3]]})
case("matmul and transpose", "A[2, 2] ~ normal(0, 1)\nB = matmul(A, transpose(A))\nfactor(B[1, 2] + B[1, 1])", "", [.3, .1, .2, -.4],
     lambda q: {"lp": sum(N(x) for x in q) + q[0] * q[2] + q[1] * q[3] + q[0] ** 2 + q[1] ** 2, "B": [q[0] ** 2 + q[1] ** 2] + 2 * [q[0] * q[2] + q[1] * q[3]] + [q[2] ** 2 + q[3] ** 2]})
case("square matrices", "s ~ exponential(1)\nS = add_diag([[1, 0.5], [0.5, 2]], s)\nL = cholesky(S)\nz = solve_lower(L, [1, 2])\nfactor(log_determinant(S) + sum(z * z))", "", [.3],
     lambda q: (lambda a, d: expo(exp(q[0]), 1) + q[0] + log(a * d - mpf(".25")) + (d - 2 + 4 * a) / (a * d - mpf(".25")))(1 + exp(q[0]), 2 + exp(q[0])))
case("a Gaussian process", "a ~ half_normal(1)\nr ~ gamma(2, 2)\ny ~ multi_normal(0, add_diag(gp_exp_quad(x, a, r), 0.1))", "x = 0 1; y = 1 -1", [.3, .2],
     lambda q: (lambda a, r: log(2) + N(a) + q[0] + gamma(r, 2, 2) + q[1] + mvn([1, -1], [0, 0], [[a * a + mpf(".1"), a * a * exp(-1 / (2 * r * r))],
     [a * a * exp(-1 / (2 * r * r)), a * a + mpf(".1")]]))(exp(q[0]), exp(q[1])))
case("concat and rep", "a[2] ~ normal(0, 1)\nb = concat(0, a, rep(a[1], 2))\nfactor(b * [1, 2, 3, 4, 5])", "", [.3, .1], lambda q: {"lp": N(q[0]) + N(q[1]) + 11 * q[0] + 3 * q[1], "b": [0, q[0], q[1], q[0], q[0]]})
case("mathematics", "x ~ normal(0, 1)\nfactor(exp(x) + sqrt(1 + x^2) + abs(x) + inv_logit(x) + logit(0.3) + log1p(x^2) + lgamma(2 + x) + sin(x) + tanh(x) + Phi(x))", "", [.3],
     lambda q: (lambda x: N(x) + exp(x) + sqrt(1 + x * x) + abs(x) + expit(x) + log(mpf("0.3") / mpf("0.7")) + log(1 + x * x) + lg(2 + x) + mp.sin(x) + mp.tanh(x) + Phi(x))(q[0]))
case("log to a base", "x ~ exponential(1)\nfactor(log(x + 1, 10)); factor(log(8, 2) * x)", "", [.3], lambda q: expo(exp(q[0]), 1) + q[0] + log(exp(q[0]) + 1) / log(10) + 3 * exp(q[0]))
case("conditions", "x[3] ~ normal(0, 1)\nfactor(if(g > 1 and not (g == 3), x * 2, -x))", "g = 1 2 3", [.3, .1, .2], lambda q: sum(N(x) for x in q) - q[0] + 2 * q[1] - q[2])
case("whole numbers", "x[3] ~ normal(0, 1)\nfactor(x[1 + i // 2] * (i % 2 + 1)) for i in 1..4", "", [.3, .1, .2], lambda q: sum(N(x) for x in q) + 2 * q[0] + q[1] + 2 * q[1] + q[2])
case("the order of statements has no meaning", "y ~ normal(m, s)\ns = exp(l)\nl ~ normal(m, 1)\nm ~ normal(0, 1)", "y = 1", [.3, .1],
     lambda q: N(q[1], q[0]) + N(q[0]) + N(1, q[0], exp(q[1])))

# == differential equations ==
case("decay", "a ~ exponential(1)\nz = ode([2], 0, ts, du = -a * u, rel_tol = 1e-12, abs_tol = 1e-12)\ny ~ normal(z[, 1], 1)", "ts = 1 2; y = 1 1", [.3],
     lambda q: (lambda a: expo(a, 1) + q[0] + N(1, 2 * exp(-a)) + N(1, 2 * exp(-2 * a)))(exp(q[0])))
case("decay of each of several", "a[2] ~ exponential(1)\nz[i] = ode([2], 0, ts, du = -a[i] * u, rel_tol = 1e-12, abs_tol = 1e-12) for i in 1..2\nfactor(z[1, 2, 1]); factor(z[2, 1, 1])", "ts = 1 2", [.3, -.2],
     lambda q: sum(expo(exp(x), 1) + x for x in q) + 2 * exp(-2 * exp(q[0])) + 2 * exp(-exp(q[1])))
case("a start that is unknown", "a ~ exponential(1)\nz = ode([a, 0], 1, [2, 3], du = v, dv = -u, rel_tol = 1e-12, abs_tol = 1e-12)\nfactor(z[2, 1])", "", [.3], lambda q: expo(exp(q[0]), 1) + q[0] + exp(q[0]) * mp.cos(2))
