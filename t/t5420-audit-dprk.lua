-- The worked case, unprompted: ids shuffled, notes blanked and the compiler's marks taken off, so that nothing can be read
-- from them; what a human found has to be found from figures, days and origins alone.
local lu = require "lu"

local root = os.getenv "ROOT" or (os.getenv "T" or "t") .. "/.."
local folder = root .. "/datasets/dprk/"

local marks = { mutated = true, stale = true, misattributed = true }

-- The file as rows without what may not be read. The codebook says what contains what, which a table made here has not.
local function bare(kind)
  local t = muster[kind](folder .. kind .. ".csv")
  local rows, names = {}, t:names()
  for i, row in t:rows() do
    local flags = {}
    for flag in (row.flags or ""):gmatch "[^;]+" do
      flags[#flags + 1] = not marks[flag] and flag or nil
    end
    row.flags, row.note, row.url = table.concat(flags, ";"), nil, nil
    row.claim_id = ("%d"):format(i * 7919 % 1009)
    rows[#rows + 1] = row
  end
  return muster.table(rows, names)
end

local within = { location = { kursk = "border_regions", border_regions = "russia", russian_far_east = "russia", donetsk = "ukraine_occupied" },
  contingent = { engineers = "third_wave", construction = "third_wave" } }

local bare_audit = muster.audit(bare "deployments", bare "casualties", bare "captures", { within = within })
local full_audit = muster.audit(muster.deployments(folder .. "deployments.csv"), muster.casualties(folder .. "casualties.csv"),
  muster.captures(folder .. "captures.csv"))

local function sentences(a, list)
  local out = {}
  for i, one in ipairs(list or a.conflicts) do
    out[i] = one.verdict .. ", " .. one.rule .. ": " .. one.sentence
  end
  return out
end

-- A lead conflict whose sentence has all these words.
local function lead(...)
  for _, text in ipairs(sentences(bare_audit)) do
    local all = true
    for _, word in ipairs { ... } do
      all = all and text:find(word, 1, true) ~= nil
    end
    if all then
      return text
    end
  end
  return nil
end

function TestDprk_marks_notes_and_ids_are_not_read()
  lu.assertEquals(sentences(bare_audit), sentences(full_audit))
  lu.assertEquals(bare_audit.repairs, full_audit.repairs)
end

-- == what the issue asks for ============================================================================

local asked = {
  ["40 %"] = { "more than 3,000", "40 %", "7,500", "10,000-12,000" },
  ["a third of 12,000"] = { "a third of", "12,000", "4,000", "more than 3,000", "(dailynk)" },
  ["600 to 2,000"] = { "unlikely together, pace", "about 600", "about 2,000", "1,400 more killed" },
  ["the total read as wounded"] = { "carriers", "about 4,700 equals the figure for killed or wounded", "read as the other" },
  ["the total read as wounded, summed"] = { "cannot both be true, sum", "about 600", "about 4,700 wounded", "the total was read as wounded" },
  ["10 % against 67 %"] = { "shares", "two thirds of casualties", "about 300 killed of about 3,000 = 10 %" },
  ["one briefing"] = { "cannot both be true, carriers", "nearly 11,000", "more than 11,000", "about 10,900" },
  ["100,000"] = { "did not come true, forecast", "up to 100,000 planned" },
  ["20,000-25,000"] = { "did not come true, forecast", "20,000-25,000 planned" },
  ["nine days later"] = { "forecast", "20,000-25,000 planned", "9 days later 2,000-3,000 planned" },
  ["25,000-30,000"] = { "did not come true, forecast", "25,000-30,000 planned" },
  -- and of the README's list
  ["2: the same day"] = { "more than 3,000", "about 1,100", "23 December 2024" },
  ["2: January"] = { "3,800", "about 3,000", "13 January 2025" },
  ["5: after 2,000"] = { "more than 6,000", "about 4,000", "2 July 2025 (western_officials)" },
  ["6: portraits"] = { "at least 101 killed", "22 August 2025 (dprk_state_media)" },
  ["8: the force"] = { "about 15,000 dispatched by 30 April 2025 (rok_nis)", "about 13,000" },
  ["9: presence"] = { "at least 8,000 in theatre", "12 February 2026" },
  ["10: October"] = { "up to 12,000 in theatre", "about 3,000", "October 2024" },
  ["14: nine or eleven"] = { "2 captured", "9 January 2025", "11 January 2025" },
  ["14: only two"] = { "1 + 2 = 3", "2 captured by" },
  ["16: seriously"] = { "killed or seriously wounded", "nobody lightly wounded" },
}

for name, words in pairs(asked) do
  _G["TestDprk_finds_" .. name:gsub("%W+", "_")] = function()
    lu.assertNotNil(lead(table.unpack(words)), table.concat(words, " | "))
  end
end

function TestDprk_repairs_are_few_and_enough()
  lu.assertTrue(#bare_audit.repairs < #bare_audit.claims / 5)
  lu.assertTrue(bare_audit.repairs_exact)
  local gone = {}
  for _, id in ipairs(bare_audit.repairs) do
    gone[id] = true
  end
  for _, one in ipairs(bare_audit.all) do
    local hit = one.verdict ~= "cannot both be true" or #one.claims == 1
    for _, id in ipairs(one.claims) do
      hit = hit or gone[id]
    end
    lu.assertTrue(hit, one.sentence)
  end
end

function TestDprk_views_agree()
  lu.assertEquals(#bare_audit:table(), #bare_audit.conflicts)
  local matrix, back = bare_audit:matrix(), {}
  for _, cell in matrix:rows() do
    back[cell.a .. "," .. cell.b] = cell.verdict
  end
  for _, cell in matrix:rows() do
    lu.assertEquals(back[cell.b .. "," .. cell.a], cell.verdict)
  end
  lu.assertStrContains(tostring(bare_audit), "cannot both be true")
  lu.assertStrContains(bare_audit:text { limit = 1 }, "more")
end

os.exit(lu.run())
