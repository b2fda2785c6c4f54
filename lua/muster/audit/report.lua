-- report.lua - an audit as text: what it found in one screen, then every conflict with its claims, then what it left out.
local core = require "muster.core"
local evidence = require "muster.evidence"
local view = require "muster.audit.view"
local wrap = require "muster.base.wrap"

local report = {}

local WIDEST = 110           -- letters in a line, however wide the terminal

-- Terminal colours of the verdicts; words say the same, so that nothing is lost without them.
local inks = { ["cannot both be true"] = "1;31", ["unlikely together"] = "1;33", ["did not come true"] = "1;36", head = "1" }

local plain = { head = function(text) return text end, verdict = function(v) return v end }
local function ink(code, text)
  return "\27[" .. code .. "m" .. text .. "\27[0m"
end
local coloured = {
  head = function(text) return ink(inks.head, text) end,
  verdict = function(v) return inks[v] and ink(inks[v], v) or v end,
}

local plural = wrap.plural

local function words(list, most)
  local shown = {}
  for k = 1, math.min(#list, most) do
    shown[k] = wrap.clean(list[k])
  end
  return table.concat(shown, ", ") .. (#list > most and (" and %d more"):format(#list - most) or "")
end

-- == a claim in words ===================================================================================

local function share_text(c)
  return ("%s %% of %s"):format(core.number(math.floor(1000 * c.share + 0.5) / 10), wrap.clean(c.share_of or "?"))
end

report.share_text = share_text

-- "about 600 killed (cumulative, all, 40 % of deployed)"
local function says(c)
  local detail = { c.basis, c.contingent }
  if c.figure and c.share then
    table.insert(detail, 1, share_text(c))
  end
  return wrap.clean(("%s %s (%s)"):format(c.figure and tostring(c.figure) or c.share and share_text(c) or "no number",
    (c.measure:gsub("_", " ")), table.concat(detail, ", ")))
end

-- Who made it, of which day, and what it says: one line.
local function claim_text(c)
  local since = c.since and c.since ~= c.as_of and ("%s to "):format(c.since) or ""
  return wrap.clean(("%s, %s%s: %s"):format(c.origin, since, c.as_of, says(c)))
end
report.claim_text = claim_text

-- "via yonhap, kbs", or what each printed where that differs: "nearly 11000 via euromaidanpress; > 11000 via ytn".
local function carriers_text(c)
  local parts = {}
  for k, one in ipairs(c.carried) do
    parts[k] = (#c.carried > 1 and wrap.clean(one.printed) .. " " or "") .. "via " .. words(one.via, 4)
  end
  return table.concat(parts, "; ")
end

local function origin_text(c)
  local reported = c.reported and c.reported ~= c.as_of and ("reported %s"):format(c.reported) or nil
  local parts = { carriers_text(c), reported, view.places_text(c.places, 6) }
  local text = {}
  for k = 1, 3 do
    if parts[k] and parts[k] ~= "" then
      text[#text + 1] = parts[k]
    end
  end
  return table.concat(text, "; ")
end

-- == the page ===========================================================================================

local Page = {}
Page.__index = Page

function Page:line(text)
  self.lines[#self.lines + 1] = text or ""
end

function Page:say(text, indent, hang)
  self:line(wrap.paragraph(text, self.width, indent, hang))
end

function Page:head(text, rule)
  self:line(self.paint.head(wrap.cut(text, self.width)))
  self:line(rule:rep(math.min(wrap.letters(text), self.width)))
end

function Page:claim(c)
  local label = ("[%d] "):format(c.id)
  self:say(label .. claim_text(c), "    ", (" "):rep(#label))
  self:say(origin_text(c), (" "):rep(#label + 4), "")
end

-- Conflicts that say the same of the same claim: counted, and with --all told.
function Page:alike(lead)
  local also = lead.also or {}
  if #also == 0 then
    return
  end
  local others, seen = {}, {}
  for _, id in ipairs(lead.claims) do
    seen[id] = true
  end
  for _, one in ipairs(also) do
    for _, id in ipairs(one.claims) do
      if not seen[id] then
        seen[id], others[#others + 1] = true, ("[%d]"):format(id)
      end
    end
  end
  self:say(("also %s like this%s%s%s"):format(plural(#also, "conflict"), #others > 0 and ", with " or "",
    words(others, self.all and #others or 8), self.all and ":" or ""), "    ", "  ")
  for _, one in ipairs(self.all and also or {}) do
    self:say(("- %s: %s"):format(one.verdict, wrap.clean(one.sentence)), "    ", "  ")
  end
end

-- The sentence, the claims with where they stand, and what would settle it.
function Page:conflict(n, c, claims)
  self:line(("  %s  %s"):format(("%d."):format(n), self.paint.verdict(c.verdict)))
  self:say(wrap.clean(c.sentence), "    ", "")
  for _, id in ipairs(c.claims) do
    self:claim(claims[id])
  end
  for k, one in ipairs(c.repair or {}) do
    if k > self.most_choices then
      break
    end
    self:say(("%s in [%d], %s"):format(k == 1 and "repair:" or "or:", one.claim, wrap.clean(one.text)), "    ", "  ")
  end
  self:alike(c)
  self:line()
end

-- == parts ==============================================================================================

-- The folder is in the title where all files are of one.
local function files_text(loaded)
  local parts, folders, count = {}, {}, 0
  for _, file in ipairs(loaded.files) do
    local folder = file.path:match "^(.*/)" or ""
    count = count + (folders[folder] and 0 or 1)
    folders[folder] = true
  end
  for k, file in ipairs(loaded.files) do
    local name = count == 1 and file.path:match "[^/]*$" or file.path
    parts[k] = ("%s %s"):format(wrap.clean(name), plural(file.rows, "row"))
      .. (file.rejected > 0 and (" (%d faulty left out)"):format(file.rejected) or "")
  end
  return table.concat(parts, ", ")
end

local function headline(page, audit, loaded)
  local all = {}
  for _, kind in ipairs { "deployments", "casualties", "captures" } do
    all[#all + 1] = loaded[kind] and loaded[kind]:select "origin"
  end
  local rows = 0
  for _, t in ipairs(all) do
    rows = rows + #t
  end
  local who = evidence.origins(audit.claims, loaded.sources)
  page:say(("%s in %s, by %s%s."):format(plural(#audit.claims, "claim"), plural(rows, "row"), plural(#who.list, "origin"),
    loaded.sources and ("; %d independent, official bodies of one country counted once"):format(who.independent) or ""))
  page:line()
  local counts, alike = view.count(audit.conflicts), view.count(view.alike(audit.conflicts))
  for _, verdict in ipairs(view.verdicts) do
    local like = alike[verdict] > 0 and (", and %d like these"):format(alike[verdict]) or ""
    page:line(("  %5d  %s%s"):format(counts[verdict], page.paint.verdict(verdict), like))
  end
  page:line()
end

local function repairs(page, audit, claims)
  local ids = audit.repairs or {}
  if #ids == 0 then
    return
  end
  page:say(#ids == 1 and "Smallest repair: without this claim nothing is left that cannot be true."
    or ("Smallest repair: without these %d claims nothing is left that cannot be true."):format(#ids))
  for k, id in ipairs(ids) do
    if k > page.most_repairs then
      page:say(("... and %d more (--all)"):format(#ids - page.most_repairs), "  ")
      break
    end
    local label = ("[%d] "):format(id)
    page:line("  " .. wrap.cut(label .. claim_text(claims[id]), page.width - 2))
  end
  page:line()
end

local function overview(page, subjects)
  if #subjects == 0 then
    return
  end
  page:line "  cannot  unlikely  failed  claims  subject"
  for k, s in ipairs(subjects) do
    if k > page.most_subjects then
      page:line(("  ... and %s (--all)"):format(plural(#subjects - page.most_subjects, "more subject")))
      break
    end
    local n = view.count(s.conflicts)
    local function cell(verdict)
      return n[verdict] > 0 and core.number(n[verdict]) or "-"
    end
    page:line(wrap.cut(("  %6s  %8s  %6s  %6d  %s"):format(cell "cannot both be true", cell "unlikely together",
      cell "did not come true", s.claims, wrap.clean(s.subject)), page.width))
  end
  page:line()
end

local function subject(page, s, claims, numbers)
  page:head(wrap.clean(s.subject), "-")
  page:line()
  for k, c in ipairs(s.conflicts) do
    if k > page.most_conflicts then
      page:say(("... and %s on this subject (--all)"):format(plural(#s.conflicts - page.most_conflicts, "more conflict")), "  ")
      page:line()
      break
    end
    page:conflict(numbers[c], c, claims)
  end
end

-- The engine's reasons as a reader wants them; one that is not here is told as it is.
local reasons = {
  ["no number"] = "no number and no share, but words",
  ["no day"] = "no day that is described",
  ["counts other troops too"] = "others counted beside the force in question (flag combined)",
}

local function left_out(page, audit, loaded)
  local list = view.left_out(audit, loaded)
  if #list == 0 then
    return
  end
  page:head("Left out", "-")
  page:line()
  for _, one in ipairs(list) do
    page:say(("%s with %s: %s"):format(plural(one.rows, "row"), reasons[one.why] or one.why,
      view.places_text(one.places, page.most_places)), "  ", "  ")
  end
  page:line()
end

-- The whole report. `loaded` is what claim_files.load gives (or tables by kind with files = {}); options: title, width,
-- all (nothing shortened), colour.
function report.text(audit, loaded, options)
  local all = options.all
  local page = setmetatable({
    lines = {}, all = all, width = math.min(options.width or WIDEST, WIDEST), paint = options.colour and coloured or plain,
    most_repairs = all and math.huge or 8, most_subjects = all and math.huge or 12, most_conflicts = all and math.huge or 6,
    most_choices = all and math.huge or 2, most_places = all and math.huge or 12,
  }, Page)
  local claims, numbers = view.claims(audit, loaded), {}
  local subjects = view.subjects(audit.conflicts, claims)
  for k, c in ipairs(audit.conflicts) do
    numbers[c] = k
  end
  page:head("Audit of " .. wrap.clean(options.title), "=")
  if #loaded.files > 0 then
    page:say(files_text(loaded))
  end
  page:line()
  headline(page, audit, loaded)
  repairs(page, audit, claims)
  overview(page, subjects)
  for _, s in ipairs(subjects) do
    subject(page, s, claims, numbers)
  end
  left_out(page, audit, loaded)
  return (table.concat(page.lines, "\n"):gsub("\n+$", "\n"))
end

return report
