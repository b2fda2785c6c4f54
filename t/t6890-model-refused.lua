-- Models that look right and cannot be: sizes, supports, unknowns that need themselves; and definitions that build on each other.
local lu = require "lu"

local many = {}
for i = 1, 50000 do
  many[i] = 1
end

-- text, data, a part of the message
local cases = {
  { "b[J, K] ~ normal(0, 1)", { J = 65536, K = 65537 }, "1:1|this makes more than 1073741823 numbers" },
  { "b[J, K, L] ~ normal(0, 1)", { J = 2000, K = 2000, L = 2000 }, "1:1|this makes more than 1073741823 numbers" },
  { "v[N] ~ normal(0, 1)\nz[i] = w[i] * v for i in 1..N", { N = 40000, w = many }, "2:13|more than 1073741823 numbers" },
  { "a[2, 2] ~ normal(0, 1)\ny ~ normal(sum(a[i, i]), 1)", { y = 1, i = many }, "2:16|more than 1073741823 numbers" },
  { "x ~ normal(0, 1)\ny ~ normal(rep(x, 900000000) for i in 1..4, 1)", { y = 1 }, "a loop makes 3600000000 numbers" },
  { "a[3] ~ normal(0, 1)\ny ~ normal(a[1..1000000000], 1)", { y = 1 }, "the range 1 .. 1e+09 is not of whole numbers from 1 to 3" },
  { "a[3] ~ normal(0, 1)\ny ~ normal(a[1.5..3], 1)", { y = 1 }, "the range 1.5 .. 3 is not of whole numbers" },
  { "a[3] ~ normal(0, 1)\ny ~ normal(a[0..2], 1)", { y = 1 }, "the range 0 .. 2 is not of whole numbers" },
  { "x ~ mix(0.5, half_normal(1), normal(0, 10))", {}, "1:30|the parts of this mixture have different supports; 'x'" },
  { "x ~ mix(0.5, uniform(0, 1 + 1), uniform(0, 10))", {}, "1:14|an unknown is not drawn from a mixture with uniform" },
  { "m ~ normal(m, 1)", {}, "1:1|what 'm' is drawn from needs 'm' itself" },
  { "m ~ normal(a, 1)\na = 2 * b\nb = m + 1", {}, "3:5|'m' is needed for itself" },
}

for i, case in ipairs(cases) do
  _G[("TestRefused_%02d"):format(i)] = function()
    local ok, message = pcall(function()
      return muster.model(case[1]):sample { data = case[2], chains = 1, warmup = 10, draws = 10 }
    end)
    lu.assertFalse(ok)
    local line, column, words = case[3]:match "^(%d+):(%d+)|(.*)$"
    if line then
      lu.assertStrContains(message, ("line %s, column %s"):format(line, column))
    end
    lu.assertStrContains(message, words or case[3])
  end
end

-- Each of 70 quantities is the sum of the two before it: looked at path by path that would never end.
function TestRefused_not_definitions_of_two()
  local lines = { "a ~ normal(0, 1)", "d1 = a", "d2 = a" }
  for i = 3, 70 do
    lines[#lines + 1] = ("d%d = 0.5 * (d%d + d%d)"):format(i, i - 1, i - 2)
  end
  lines[#lines + 1] = "b ~ normal(d70, 1)"
  lines[#lines + 1] = "factor(0 * normal_lpdf(d70, 0, 1))"
  lines[#lines + 1] = "y ~ normal(b, 1)"
  local f = muster.model(table.concat(lines, "\n")):sample { data = { y = 1 }, chains = 1, warmup = 50, draws = 50, seed = 1 }
  lu.assertAlmostEquals(f:column("d70"):values()[1], f:column("a"):values()[1], 1e-12)
end

-- b is drawn from a quantity 60 definitions away from a: a comes first all the same.
function TestRefused_not_a_prior_far_away()
  local lines = { "b ~ normal(d60, 0.001)", "d1 = a" }
  for i = 2, 60 do
    lines[#lines + 1] = ("d%d = d%d"):format(i, i - 1)
  end
  lines[#lines + 1] = "a ~ normal(100, 1)"
  lines[#lines + 1] = "y ~ normal(b, 1)"
  local p = muster.model(table.concat(lines, "\n")):prior { data = { y = 1 }, draws = 20, seed = 1 }
  local a, b = p:column("a"):values(), p:column("b"):values()
  for i = 1, 20 do
    lu.assertAlmostEquals(a[i], b[i], 0.01)
  end
end

-- Parts of one support are a prior like any other: the mean is that of the parts, by their weights.
function TestRefused_not_a_mixture_of_one_support()
  local f = muster.model "x ~ mix(0.25, gamma(2, 1), gamma(6, 1))\ny ~ normal(x, 1000)":prior { data = { y = 0 }, draws = 4000, seed = 1 }
  lu.assertAlmostEquals(f:summary():column("mean")[1], 0.25 * 2 + 0.75 * 6, 0.2)
end

os.exit(lu.run())
