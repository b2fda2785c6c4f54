-- Figures as published, from Lua and in expressions; t/cases/phrases.test holds what each phrase means.
local lu = require "lu"

function TestPhrase_is_a_quantity()
  local q = muster.quantity "about a third of those sent were killed"
  lu.assertEquals({ q.kind, q.measure, q.basis, q.base }, { "about", "killed", nil, "deployed" })
  lu.assertAlmostEquals(q.low, 0.3, 1e-12)
  lu.assertAlmostEquals(q.high, 11 / 30, 1e-12)
  lu.assertAlmostEquals(q.stated, 1 / 3, 1e-12)
  lu.assertEquals(tostring(muster.quantity "UP TO 12,000 soldiers"), "up to 12,000")
  lu.assertTrue(muster.quantity "more than 3,000" == muster.quantity { qualifier = "more_than", best = 3000 })
  lu.assertTrue(muster.quantity "dozens" == muster.quantity { qualifier = "verbal", low = 12, high = 99 })
end

-- The codes live on without the text that gave them.
function TestPhrase_keeps_its_codes()
  local kept = {}
  for i = 1, 50 do
    kept[i] = muster.quantity(("%d %% of the troops in sector%d"):format(i, i))
  end
  collectgarbage()
  for i = 1, 50 do
    lu.assertEquals(kept[i].base, "troops_in_sector" .. i)
  end
end

function TestPhrase_options()
  lu.assertEquals(muster.quantity("1.100", { decimal = "," }).stated, 1100)
  lu.assertEquals(muster.quantity("1.100").stated, 1.1)
  lu.assertEquals(muster.quantity("about 3,000", { rounding = 0.01 }).low, 2970)
  local q = muster.quantity("40 %", { measure = "killed", basis = "cumulative", base = "in_combat" })
  lu.assertEquals({ q.measure, q.basis, q.base }, { "killed", "cumulative", "in_combat" })
end

local refused = {
  { { "1,00" }, "'1,00' is no figure: column 3: expected three digits behind ',', found '00'" },
  { { "3,000 soldeirs" }, "did you mean 'soldiers'?" },
  { { "\27[31m" }, "'\\x1b[31m' is no figure: column 1: expected a number or a word, found '?'" },
  { { "3\255" }, "'3\\xff' is no figure: byte 2 of the phrase is not UTF-8" },
  { { ("9"):rep(401) }, "expected one figure of at most 400 bytes, found 401" },
  { { "600", { decimal = ";" } }, "option 'decimal'" },
  { { "600", { rounding = 2 } }, "option 'rounding': expected a share from 0 to 1, found 2" },
  { { "600", { locale = "de" } }, "no option 'locale'" },
  { { "600", { measure = 1 } }, "option 'measure': expected string, found number 1" },
  { { 600 }, "expected string or a table of options, found number 600" },
  { { {} , { decimal = "," } }, "needs the number in best" },
}
for i, case in ipairs(refused) do
  _G[("TestPhrase_refused_%02d"):format(i)] = function()
    local ok, why = pcall(muster.quantity, table.unpack(case[1]))
    lu.assertFalse(ok)
    lu.assertStrContains(why, case[2])
  end
end

-- == in expressions ==

local function said(...)
  return muster.table { said = { n = select("#", ...), ... } }
end

function TestExpression_reads_a_column()
  local t = said("up to 12,000", nil, "3,000 killed so far", "a third of the marines", "a battalion"):derive("q = quantity(said)")
  lu.assertEquals(tostring(t[1].q), "up to 12,000")
  lu.assertNil(t[2].q)
  lu.assertEquals({ t[3].q.measure, t[3].q.basis, t[3].q.stated }, { "killed", "cumulative", 3000 })
  lu.assertEquals(t[4].q.base, "marines")
  lu.assertEquals({ t[5].q.low, t[5].q.high, t[5].q.kind }, { 300, 1000, "verbal" })
end

function TestExpression_reads_a_constant()
  local t = said("a", "b"):derive("q = quantity('5 % of the marines')")
  lu.assertEquals(t[2].q.base, "marines")
  lu.assertEquals(t[1].q.high, 0.05)
end

function TestExpression_long_columns_keep_their_codes()
  local phrases = { n = 5000 }
  for i = 1, phrases.n do
    phrases[i] = ("%d %% of group%d"):format(i % 100, i % 700)
  end
  local t = muster.table { said = phrases }:derive("q = quantity(said)")
  for _, i in ipairs { 1, 699, 700, 2500, 5000 } do
    lu.assertEquals(t[i].q.base, "group" .. i % 700)
    lu.assertEquals(t[i].q.stated, i % 100 / 100)
  end
end

function TestExpression_in_a_sum()
  local t = said("up to 12,000", "about 3,000"):agg("total = sum(quantity(said))")
  lu.assertEquals({ t[1].total.low, t[1].total.high }, { 2700, 15300 })
end

function TestExpression_says_the_row()
  local ok, why = pcall(tostring, said("600", "600 tanks"):derive("q = quantity(said)"))
  lu.assertFalse(ok)
  lu.assertStrContains(why, "'600 tanks' is no figure: column 5: expected the end or what is counted")
  lu.assertStrContains(why, "row 2")
end

-- == words of size ==

function TestWords_mean_what_the_table_says()
  local words = muster.quantity_words()
  lu.assertTrue(#words >= 30)
  for _, row in words:rows() do
    lu.assertTrue(#row.source > 10, row.word)
    if row.use == "unit" then
      local q = muster.quantity("two " .. (row.word:gsub("y$", "ie"):gsub("corp$", "corp") .. "s"):gsub("corpss", "corps"))
      lu.assertEquals({ q.low, q.high }, { 2 * row.low, 2 * row.high }, row.word)
    elseif row.use == "times" then
      local q = muster.quantity(("a %s hundred"):format(row.word))
      lu.assertEquals({ q.low, q.high }, { 100 * row.low, 100 * row.high + 99 }, row.word)
    else
      local q = muster.quantity((row.word == "few" and "a " or "") .. row.word)
      lu.assertEquals({ q.low, q.high }, { row.low, row.high }, row.word)
    end
  end
end

os.exit(lu.run())
