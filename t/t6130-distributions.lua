-- muster.distributions and muster.stats.lpdf, lcdf, lccdf, draw: values by hand, messages, and a manual that has all of the list.
local lu = require "lu"
local muster = require "muster"
local stats = muster.stats

function TestValues()
  lu.assertAlmostEquals(stats.lpdf("normal", 1, 3, 2), -math.log(2 * math.sqrt(2 * math.pi)) - 0.5, 1e-15)
  lu.assertAlmostEquals(stats.lcdf("exponential", 2, 0.5), math.log(1 - math.exp(-1)), 1e-15)
  lu.assertAlmostEquals(stats.lccdf("poisson", 0, 2), math.log(1 - math.exp(-2)), 1e-15)
  lu.assertEquals(stats.lpdf("poisson", 1.5, 2), -math.huge)
end

function TestDraws()
  local a = stats.draw("gamma", { 2, 0.5 }, { n = 5, seed = 7 })
  lu.assertEquals(#a, 5)
  lu.assertEquals(stats.draw("gamma", { 2, 0.5 }, { n = 5, seed = 7 }), a)
  lu.assertNotEquals(stats.draw("gamma", { 2, 0.5 }, { n = 5, seed = 8 }), a)
  lu.assertEquals(#stats.draw("normal", { 0, 1 }), 1)
  lu.assertEquals(math.type(stats.draw("poisson", { 3 })[1]), "integer")
  for _, x in ipairs(stats.draw("normal", { 0, 1 }, { n = 50, low = 9, high = 9.5 })) do
    lu.assertTrue(x >= 9 and x <= 9.5)
  end
end

function TestFaults()
  lu.fails("no distribution 'norml'; did you mean 'normal'?", stats.lpdf, "norml", 1, 0, 1)
  lu.fails("no distribution 'qqqqqqqq'; muster.distributions() lists them", stats.lpdf, "qqqqqqqq", 1, 0, 1)
  lu.fails("outcomes of dirichlet are vectors", stats.lpdf, "dirichlet", 1, 0, 1)
  lu.fails("normal has the parameters mu, sigma, found 1 value", stats.lcdf, "normal", 1, 0)
  lu.fails("poisson has the parameter lambda, found 2 values", stats.lccdf, "poisson", 1, 0, 3)
  lu.fails("normal: sigma is 0, it has to be above 0", stats.draw, "normal", { 1, 0 })
  lu.fails("gamma has nothing between -inf and -1", stats.draw, "gamma", { 2, 1 }, { high = -1 })
  lu.fails("draws at a time, found -1", stats.draw, "normal", { 0, 1 }, { n = -1 })
end

function TestList()
  local f <close> = assert(io.open((os.getenv "T" or "t") .. "/../docs/manual/distributions.md"))
  local page, last, n = f:read "a", 0, 0
  for _, row in muster.distributions():rows() do
    local at = page:find("\n| " .. row.name .. " | " .. row.parameters:match "%w+", 1, true)
    lu.assertNotNil(at, row.name .. " has no row in the manual")
    lu.assertTrue(at > last, row.name .. " stands at another place in the manual")
    last, n = at, n + 1
  end
  lu.assertEquals(n, 30)
end

os.exit(lu.run())
