-- muster audit: which claims of a folder cannot all be true, as a report or as JSON.
local claim_files = require "muster.base.claim_files"
local core = require "muster.core"
local guess = require "muster.base.guess"
local json = require "muster.base.json"
local muster = require "muster.init"
local plots = require "muster.audit.plots"
local report = require "muster.audit.report"
local usage = require "muster.base.usage"
local view = require "muster.audit.view"
local wrap = require "muster.base.wrap"

local audit = {}

audit.usage = [[
usage: muster audit [options] [DIR...]

Compare the claims of a folder with each other: deployments*.csv, casualties*.csv and captures*.csv,
with the sources.csv and codebook.csv beside them where there are any. Reports which claims cannot
both be true, which are unlikely together, and which forecasts did not come true, each with the
arithmetic, where the claims stand, and what would settle it. DIR may also be a file of such a name.

options:
  --deployments FILE   a file of claims about deployments, whatever its name
  --casualties FILE    likewise about casualties
  --captures FILE      likewise about captures
  --known-by DATE      only claims reported up to that day (2025-01-31)
  --good-rows          audit the good rows of files that have faulty ones
  --all                shorten no list
  --json               one JSON object a line, for each conflict
  --plot FILE          draw who contradicts whom to FILE: .svg, .png, .pdf or .txt
  --sep C              the separator: one character, \t or tab; guessed without it
  --encoding NAME      of text that is not UTF-8
  --threads N          use at most N threads
  -h, --help           this text

Exit status: 0 when the claims were audited, whatever was found; 1 when files could not be read
or have faulty rows; 2 for wrong usage.
]]

local SHOWN = 20             -- faults that are told before the rest is counted

local function note(text)
  io.stdout:flush()
  io.stderr:write(text, "\n")
end

-- Half a file is no evidence of what the whole one says: faults end the audit, unless good rows are asked for.
local function stop_at_faults(loaded, options)
  for k, text in ipairs(loaded.faults) do
    if k > SHOWN then
      note("... and " .. wrap.plural(#loaded.faults - SHOWN, "more fault"))
      break
    end
    note(text)
  end
  if #loaded.faults == 0 or options["good-rows"] then
    return false
  end
  note(("muster audit: %s, so nothing was audited: correct the files (muster check lists all faults), or leave faulty "
    .. "rows out with --good-rows"):format(wrap.plural(#loaded.faults, "fault")))
  return true
end

local function keep_known(loaded, day)
  for _, kind in ipairs(claim_files.kinds) do
    loaded[kind] = loaded[kind] and loaded[kind]:filter("reported <= $day", { day = day })
  end
end

-- == JSON ===============================================================================================

local function value(v)
  if v == nil then
    return json.null
  end
  return type(v) == "userdata" and tostring(v) or v
end

local function figure_json(f)
  if f == nil then
    return json.null
  end
  return json.object { "text", tostring(f), "kind", f.kind, "low", f.low,
    "high", f.high < math.huge and f.high or json.null, "stated", value(f.stated) }
end

local function claim_json(c, in_repair)
  local carried, places = {}, {}
  for k, one in ipairs(c.carried) do
    carried[k] = json.object { "printed", one.printed, "via", json.list(one.via) }
  end
  for k, place in ipairs(c.places) do
    places[k] = json.object { "file", value(place.file), "line", place.line }
  end
  return json.object { "id", c.id, "claim_id", value(c.claim_id), "kind", c.kind, "origin", value(c.origin),
    "carried", json.list(carried), "reported", value(c.reported), "as_of", value(c.as_of), "since", value(c.since),
    "measure", c.measure, "basis", value(c.basis), "contingent", value(c.contingent), "location", value(c.location),
    "figure", figure_json(c.figure), "share", value(c.share), "share_of", value(c.share_of), "places", json.list(places),
    "in_smallest_repair", in_repair[c.id] == true }
end

local function write_json(result, loaded)
  local claims, in_repair = view.claims(result, loaded), {}
  for _, id in ipairs(result.repairs or {}) do
    in_repair[id] = true
  end
  for k, c in ipairs(result.conflicts) do
    local involved, repair = {}, {}
    for i, id in ipairs(c.claims) do
      involved[i] = claim_json(claims[id], in_repair)
    end
    for i, one in ipairs(c.repair or {}) do
      repair[i] = json.object { "claim", value(one.claim), "text", one.text }
    end
    local also = {}
    for i, one in ipairs(c.also or {}) do
      also[i] = json.object { "verdict", one.verdict, "claims", json.list(one.claims), "sentence", one.sentence }
    end
    io.write(json.text(json.object { "number", k, "verdict", c.verdict, "rule", c.rule, "subject", c.group,
      "sentence", c.sentence, "gap", value(c.gap), "ratio", value(c.ratio), "claims", json.list(involved),
      "repair", json.list(repair), "also", json.list(also) }), "\n")
  end
end

-- == the command ========================================================================================

local function wrong_plot(path)
  local ending = path and path:match "%.([^./]*)$"
  if path and not (ending == "svg" or ending == "png" or ending == "pdf" or ending == "txt") then
    return ("--plot: cannot tell the format of '%s': its name should end in .svg, .png, .pdf or .txt"):format(path)
  end
end

function audit.run(options, operands)
  local named, any = {}, operands[1] ~= nil
  for _, kind in ipairs(claim_files.kinds) do
    named[kind] = options[kind]
    any = any or options[kind] ~= nil
  end
  if not any then
    return usage.wrong("audit", "%s", "DIR is missing: a folder with deployments*.csv, casualties*.csv or captures*.csv")
  end
  local reading, wrong = guess.reading(options)
  wrong = wrong or wrong_plot(options.plot)
  local day
  if options["known-by"] then
    local ok, d = pcall(muster.date, options["known-by"])
    wrong = wrong or not ok and ("--known-by: expected a day such as 2025-01-31, found '%s'"):format(options["known-by"]) or nil
    day = d
  end
  if wrong then
    return usage.wrong("audit", "%s", wrong)
  end
  local loaded = claim_files.load(claim_files.find(operands, named), reading)
  for _, text in ipairs(loaded.notes) do
    note(text)
  end
  if stop_at_faults(loaded, options) then
    return 1
  end
  if day then
    keep_known(loaded, day)
  end
  local result = muster.audit(loaded.deployments, loaded.casualties, loaded.captures)
  if options.json then
    write_json(result, loaded)
  else
    local title = #operands > 0 and table.concat(operands, ", ") or "the files named"
    io.write(report.text(result, loaded, { title = title .. (day and (", as known by %s"):format(day) or ""),
      width = core.print_width(), all = options.all, colour = core.in_colour() }))
  end
  if options.plot then
    plots.matrix(result, loaded):save(options.plot)
    note(("plot: %s"):format(options.plot))
  end
  return 0
end

return audit
