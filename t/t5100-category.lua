-- The lattice of measures, against sets of people worked with here by hand.
local lu = require "lu"
local category = muster.category

-- The five parts, and unions by hand.
local SETS = {
  killed = "k", seriously_wounded = "s", lightly_wounded = "l", missing = "m", captured = "c", wounded = "sl",
  casualties = "kslmc", losses = "kslmc", irrecoverable = "kmc", dead = "k",
  killed_or_wounded = "ksl", killed_or_seriously_wounded = "ks", missing_or_captured = "mc", wounded_or_killed = "ksl",
  killed_or_wounded_or_missing = "kslm", killed_or_missing_or_captured = "kmc", lightly_wounded_or_captured = "lc",
  killed_or_killed = "k", wounded_or_seriously_wounded = "sl",
}

local function relation(a, b)
  local both, only_a, only_b = false, false, false
  for c in a:gmatch "." do
    if b:find(c, 1, true) then both = true else only_a = true end
  end
  for c in b:gmatch "." do
    only_b = only_b or not a:find(c, 1, true)
  end
  return not both and "apart" or only_a and only_b and "overlaps" or only_a and "contains" or only_b and "within" or "same"
end

function TestCategory_relations_of_losses()
  for a, x in pairs(SETS) do
    for b, y in pairs(SETS) do
      lu.assertEquals(category.relation(a, b), relation(x, y), a .. " and " .. b)
    end
  end
end

function TestCategory_parts()
  lu.assertEquals(category.parts "wounded", { "seriously_wounded", "lightly_wounded" })
  lu.assertEquals(category.parts "irrecoverable", { "killed", "missing", "captured" })
  lu.assertEquals(#category.parts "casualties", 5)
  for _, name in ipairs { "", "planned", "dispatched", "held", "killed_or_", "_or_killed", "killed_or_planned", "killedor_wounded", "_or_" } do
    lu.assertNil(category.parts(name), name)
  end
end

-- Every set has a name, and the name is of that set.
function TestCategory_names_of_all_sets()
  local parts, seen = { "killed", "seriously_wounded", "lightly_wounded", "missing", "captured" }, {}
  for bits = 1, 31 do
    local terms = {}
    for k = 1, 5 do
      if bits >> (k - 1) & 1 == 1 then
        terms[#terms + 1] = parts[k]
      end
    end
    local long = table.concat(terms, "_or_")
    local name = category.union(long, terms[1])
    lu.assertEquals(category.parts(name), terms, name)
    lu.assertNil(seen[name])
    seen[name] = true
    lu.assertEquals(category.relation(name, long), "same")
  end
end

function TestCategory_unions_and_differences()
  local cases = {
    { "union", "killed", "wounded", "killed_or_wounded" },
    { "union", "seriously_wounded", "lightly_wounded", "wounded" },
    { "union", "killed_or_wounded", "missing_or_captured", "casualties" },
    { "union", "killed", "seriously_wounded", "killed_or_seriously_wounded" },
    { "union", "killed", "dispatched", nil },
    { "difference", "killed_or_wounded", "killed", "wounded" },
    { "difference", "killed_or_seriously_wounded", "killed", "seriously_wounded" },
    { "difference", "casualties", "irrecoverable", "wounded" },
    { "difference", "casualties", "killed_or_wounded", "missing_or_captured" },
    { "difference", "wounded", "seriously_wounded", "lightly_wounded" },
    { "difference", "killed", "killed_or_wounded", nil },
    { "difference", "dispatched", "withdrawn", nil },
  }
  for _, c in ipairs(cases) do
    lu.assertEquals(category[c[1]](c[2], c[3]), c[4], c[1] .. " of " .. c[2] .. " and " .. c[3])
  end
end

function TestCategory_forces_and_prisoners()
  local cases = {
    { "in_combat", "in_theatre", "within" },
    { "in_combat", "dispatched", "within" },
    { "dispatched", "in_combat", "contains" },
    { "withdrawn", "dispatched", "within" },
    { "withdrawn", "in_theatre", "unrelated" },
    { "planned", "dispatched", "unrelated" },
    { "planned", "planned", "same" },
    { "killed", "dispatched", "unrelated" },
    { "surrendered", "captured", "within" },
    { "surrendered", "casualties", "within" },
    { "surrendered", "killed", "apart" },
    { "killed_or_wounded", "held", "apart" },
    { "surrendered", "held", "unrelated" },
    { "suicide_to_avoid_capture", "killed", "within" },
    { "suicide_to_avoid_capture", "held", "apart" },
    { "suicide_to_avoid_capture", "irrecoverable", "within" },
    { "suicide_to_avoid_capture", "wounded", "apart" },
    { "defected", "captured", "unrelated" },
    { "tanks", "tanks", "same" },
    { "tanks", "killed", "unrelated" },
  }
  local back = { within = "contains", contains = "within" }
  for _, c in ipairs(cases) do
    lu.assertEquals(category.relation(c[1], c[2]), c[3], c[1] .. " and " .. c[2])
    lu.assertEquals(category.relation(c[2], c[1]), back[c[3]] or c[3], c[2] .. " and " .. c[1])
  end
  lu.assertEquals(category.within "in_combat", "in_theatre")
  lu.assertNil(category.within "planned")
end

function TestCategory_sentences()
  lu.assertEquals(category.explain("killed", "killed_or_wounded"), "the killed are already among killed_or_wounded")
  lu.assertEquals(category.explain("casualties", "wounded"), "the wounded are already among casualties")
  lu.assertEquals(category.explain("killed_or_wounded", "irrecoverable"), "killed_or_wounded and irrecoverable both count the killed")
  lu.assertEquals(category.explain("killed", "captured"), "nobody is among both killed and captured")
  lu.assertEquals(category.explain("planned", "dispatched"), "nothing is known of how planned and dispatched overlap")
  lu.assertEquals(category.explain("losses", "casualties"), "losses and casualties count the same")
end

os.exit(lu.run())
