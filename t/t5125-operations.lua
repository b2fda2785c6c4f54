-- t/cases/operations.test: what may be done with two figures and what comes of it, and what may not and why; in Lua and in expressions.
local lu = require "lu"

local function number(x)
  return ("%.10g"):format(x)
end

-- "10-20 killed cumulative of:deployed on:2025-01-13" -> a Quantity, or a number.
local function read(spec)
  local bounds, rest = spec:match "^(%S+)%s*(.*)$"
  if rest == "" and tonumber(bounds) then
    return tonumber(bounds)
  end
  local of = {}
  for word in rest:gmatch "%S+" do
    local key, value = word:match "^(%a+):(.+)$"
    if key then
      of[({ of = "base", unit = "unit", since = "since", on = "as_of" })[key]] = value
    elseif of.measure then
      of.basis = word
    else
      of.measure = word
    end
  end
  local low, high = bounds:match "^([%d.]+)%-([%d.]+)$"
  if low then
    of.qualifier, of.low, of.high = "range", tonumber(low), tonumber(high)
  elseif bounds:find "^>=" then
    of.qualifier, of.best = "at_least", tonumber(bounds:sub(3))
  else
    of.qualifier, of.best = "exact", tonumber(bounds)
  end
  return muster.quantity(of)
end

local function write(q)
  local words = { q.low == q.high and number(q.low) or q.high == math.huge and ">=" .. number(q.low) or number(q.low) .. "-" .. number(q.high),
    q.measure, q.basis, }
  local list = {}
  for k = 1, 3 do
    list[#list + 1] = words[k]
  end
  for _, pair in ipairs { { "of", q.base }, { "unit", q.unit }, { "since", q.since }, { "on", q.as_of } } do
    if pair[2] then
      list[#list + 1] = pair[1] .. ":" .. tostring(pair[2])
    end
  end
  return table.concat(list, " ")
end

local in_lua = {
  ["+"] = function(a, b) return a + b end,
  ["-"] = function(a, b) return a - b end,
  ["*"] = function(a, b) return a * b end,
  ["/"] = function(a, b) return a / b end,
}

local function in_expressions(op)
  return function(a, b)
    return muster.table({ { a = a, b = b } }):derive("r = a " .. op .. " b")[1].r
  end
end

local function cases()
  local list = {}
  local file <close> = assert(io.open(os.getenv "T" .. "/cases/operations.test"))
  for line in file:lines() do
    if line:find "%S" and not line:find "^#" then
      local left, op, right, want = line:match "^(.-) ([-+*/]) (.-) %-> (.+)$"
      assert(left, line)
      list[#list + 1] = { line = line, left = left, op = op, right = right, want = want }
    end
  end
  return list
end

function TestOperations_as_the_table_says()
  local wrong, allowed, forbidden = {}, 0, 0
  for _, case in ipairs(cases()) do
    local refused = case.want:match "^!(.*)$"
    for how, run in pairs { Lua = in_lua[case.op], expressions = in_expressions(case.op) } do
      local ok, got = pcall(run, read(case.left), read(case.right))
      local text = ok and write(got) or tostring(got)
      if refused and (ok or not text:find(refused, 1, true)) or not refused and text ~= case.want then
        wrong[#wrong + 1] = how .. ": " .. case.line .. "\n    gave " .. text
      elseif ok and got.kind ~= "computed" then
        wrong[#wrong + 1] = how .. ": " .. case.line .. " is " .. got.kind
      end
    end
    allowed, forbidden = allowed + (refused and 0 or 1), forbidden + (refused and 1 or 0)
  end
  lu.assertEquals(table.concat(wrong, "\n"), "")
  lu.assertTrue(allowed >= 45 and forbidden >= 45, ("%d allowed, %d forbidden"):format(allowed, forbidden))
end

-- What commutes does so here too, with the same codes and the same reason.
function TestOperations_turned_around()
  for _, case in ipairs(cases()) do
    if case.op == "+" or case.op == "*" then
      local ok, got = pcall(in_lua[case.op], read(case.left), read(case.right))
      local again, turned = pcall(in_lua[case.op], read(case.right), read(case.left))
      lu.assertEquals(again, ok, case.line)
      if ok then
        lu.assertEquals({ turned.low, turned.high, tostring(turned.as_of) }, { got.low, got.high, tostring(got.as_of) }, case.line)
        lu.assertTrue(turned.measure == got.measure or muster.category.relation(turned.measure, got.measure) == "same", case.line)
      end
    end
  end
end

function TestOperations_comparisons()
  local q = muster.quantity
  local more, few = q { qualifier = "more_than", best = 3000 }, q { qualifier = "up_to", best = 12 }
  lu.assertTrue(few < more)
  lu.assertFalse(more < few)
  lu.assertTrue(more > 3000)
  lu.assertTrue(few <= 12)
  lu.assertFalse(more <= 12)
  lu.assertErrorMsgContains("'> 3,000' may be below '5,000' or not; name a policy first", function() return more < 5000 end)
  lu.assertErrorMsgContains("a share of deployed does not compare with a count", function()
    return q { best = 0.3, base = "deployed" } < few
  end)
  lu.assertErrorMsgContains("a share of deployed does not compare with a share of something else", function()
    return q { best = 0.3, base = "deployed" } < q { best = 0.3, base = "in_combat" }
  end)
  lu.assertEquals({ (-few).low, (-few).high }, { -12, 0 })
  lu.assertErrorMsgContains("a claim is not a number: name a policy first, such as figure:point 'midpoint'", function() return few + "x" end)
end

os.exit(lu.run())
