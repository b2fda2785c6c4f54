---@meta
-- Made from muster's list of functions (make types): change nothing here. docs/manual/scripts.md says how an editor finds it.

---@class muster
---@field version string
muster = {}

---Rows of named columns. #t is rows, t[i] row i from 1, in which a missing value is an absent key.
---@class Table
---@field [integer] table<string, any>
---@operator len: integer
local Table = {}

---What group_by gives: a table and the columns by which its rows are grouped.
---@class Grouped
local Grouped = {}

---A recipe over files that are read in parts.
---@class Scan
local Scan = {}

---The values of a column: #c is how many, c[i] one of them, nil where it is missing.
---@class Column
---@field [integer] any
---@operator len: integer
local Column = {}

---A day. A difference of two is days.
---@class Date
---@field year integer
---@field month integer
---@field day integer
---@field days integer since 1970-01-01
---@operator add(integer): Date
---@operator sub(Date): integer
---@operator sub(integer): Date
local Date = {}

---A point in time, UTC. A difference of two is microseconds.
---@class Datetime
---@field micros integer since 1970-01-01T00:00Z
---@operator sub(Datetime): integer
local Datetime = {}

---A figure as it was claimed. Arithmetic gives bounds; < is an error where they leave it open.
---@class Quantity
---@field low number
---@field high number math.huge where no upper bound was claimed
---@field stated? number as printed
---@field kind string exact, about, at_least, more_than, up_to, as_many_as, nearly, less_than, range, verbal or computed
---@operator add(Quantity|number): Quantity
---@operator sub(Quantity|number): Quantity
---@operator mul(Quantity|number): Quantity
---@operator div(Quantity|number): Quantity
---@operator unm: Quantity
---@field measure? string
---@field basis? string
---@field base? string what a share is a share of
---@field unit? string nil: persons, or not said
---@field since? Date the first day covered
---@field as_of? Date the day described
local Quantity = {}

---A plot. Each method gives a new one.
---@class Plot
local Plot = {}

---What muster.audit found.
---@class Audit
---@field claims Table
---@field conflicts table[]
---@field all table[]
---@field left_out Table
---@field repairs integer[]
---@field repairs_exact boolean
local Audit = {}

---Draws of a sampler, chain after chain.
---@class Draws
---@field chains integer
---@field iterations integer of each chain
---@field notes string[]
local Draws = {}

---A model as text, parsed.
---@class Model
local Model = {}

---Columns of a table as a matrix for a model.
---@class Matrix
---@field names string[]
---@field rows integer
---@field intercept boolean
local Matrix = {}

---Draws of a model's parameters: of the posterior, the prior, or a normal approximation.
---@class Fit
---@field kind string
---@field chains integer
---@field draws integer
---@field seed integer
---@field divergences integer
---@field interrupted boolean
local Fit = {}

---The top of a posterior density.
---@class Optimum
---@field values table
---@field log_density number
---@field converged boolean
---@field status string
---@field same integer
---@field interrupted boolean
local Optimum = {}

---Ranks of the truth in simulated worlds.
---@class Calibration
---@field worlds integer
---@field uniform boolean
---@field quantities table
---@field interrupted boolean
local Calibration = {}

---What a model predicts for the rows that it did not see.
---@class Loo
---@field method string loo or waic
---@field elpd number
---@field se? number
---@field p number effective parameters
---@field p_se? number
---@field ic number -2 elpd
---@field ic_se? number
---@field draws integer
---@field threshold number largest k that is fine
---@field bad string[]
local Loo = {}

---A folder of data; each file of a known kind is a field, read when it is first asked for.
---@class Dataset
---@field name string
---@field path string
---@field readme? string
---@field deployments Table
---@field casualties Table
---@field captures Table
---@field capture_events Table
---@field sources Table
---@field context Table
---@field legal_norms Table
---@field codebook Table
local Dataset = {}

---Claims about counts of prisoners, each with its figure. A path to a CSV file, a list or a pattern of them, or a table. Every row keeps the schema (muster.kind 'captures' shows it): a faulty row is an error, or goes to t:rejects() with `rejects = true`. `sources` is a path, a table, or false for unchecked keys; without it the sources.csv beside the file. `codebook` likewise. `rounding` is the most that 'about' may move a number, as a share of it (0.1).
---```lua
---return #muster.captures 'datasets/dprk/captures.csv'
---```
---@class muster.captures
---@overload fun(path: string|string[]|Table, options?: {sources?: string|Table|boolean, codebook?: string|Table|boolean, rounding?: number, rejects?: boolean, lenient?: boolean, sep?: string, quote?: string, skip?: integer, comment?: string, decimal?: string, missing?: string[], encoding?: string, max_ratio?: number, file?: string, threads?: integer, replay?: string|Table, timeless?: boolean}): Table
muster.captures = {}

---@class muster.category
muster.category = {}

---@class muster.conflicts
muster.conflicts = {}

---What share of one measure (`from`) another one (`to`), a part of it, is: between low and high, by a source. Fields from, to, low, high, source, share (a Quantity); cw:apply(figure) goes from whole to part and back, and `figure * $cw` does it in expressions.
---```lua
---return muster.crosswalk{ from = 'killed_or_wounded', to = 'killed', low = 0.1, high = 0.4, source = 'an example' }
---```
---@class muster.crosswalk
---@overload fun(of: {from: string, to: string, low: number, high: number, source?: string}): table
muster.crosswalk = {}

---@class muster.deployment
muster.deployment = {}

---@class muster.evidence
muster.evidence = {}

---@class muster.genealogy
muster.genealogy = {}

---@class muster.grades
muster.grades = {}

---@class muster.incentive
muster.incentive = {}

---@class muster.interval
muster.interval = {}

---@class muster.losses
muster.losses = {}

---@class muster.page
muster.page = {}

---@class muster.regret
muster.regret = {}

---@class muster.scores
muster.scores = {}

---@class muster.stats
muster.stats = {}

---@class muster.words
muster.words = {}

---For plots: a row for each two claims that stand in one conflict, both ways round: a and b (ids), verdict (the gravest), rule, rank (of the lead).
---```lua
---return muster.audit(nil, muster.casualties('datasets/dprk/casualties.csv')):matrix():names()[1]
---```
---@return Table
function Audit:matrix() end

---The conflicts as a table, worst first: rank, verdict, rule, claims (ids, with ;), gap, ratio, also (how many it stands for), group, sentence, repair (the smallest).
---```lua
---return muster.audit(nil, muster.casualties('datasets/dprk/casualties.csv')):table():names()[1]
---```
---@return Table
function Audit:table() end

---The report as text, worst first: `limit` conflicts (all), in lines of `width` characters (100), with the smallest repair of each unless repairs = false.
---```lua
---return muster.audit(nil, muster.casualties('datasets/dprk/casualties.csv')):text{ limit = 1 }
---```
---@param options? {limit?: integer, width?: integer, repairs?: boolean}
---@return string
function Audit:text(options) end

---The share of ranks below each place less what it should be, by quantity, in the band that uniform ones, all together, never leave in 95 of 100 cases.
---```lua
---return muster.calibrate(muster.model('theta ~ beta(2, 2); k ~ binomial(n, theta)'), { data = { n = 10, k = 0 }, worlds = 20, draws = 19, warmup = 100 }):plot()
---```
---@return Plot
function Calibration:plot() end

---How many values are missing.
---```lua
---return muster.table{ n = {1, nil, 3, n = 3} }:column('n'):missing()
---```
---@return integer
function Column:missing() end

---bool, int64, float64, date, datetime, string or quantity.
---```lua
---return muster.table{ n = {1} }:column('n'):type()
---```
---@return string
function Column:type() end

---All values as a Lua array with their number in `n`; missing ones are nil.
---```lua
---return muster.table{ n = {1, nil, 3, n = 3} }:column('n'):values().n
---```
---@return table
function Column:values() end

---The draws of one quantity as Lua arrays, one for each chain.
---```lua
---return #muster.draws{ chains = { { mu = { 1.2, 0.8, 1.9, 1.1, 0.7, 1.4, 1.0, 1.3 } }, { mu = { 1.6, 1.1, 0.9, 0.4, 1.2, 1.5, 0.8, 1.0 } } } }:array('mu')[2]
---```
---@param name string
---@return table
function Draws:array(name) end

---The numbers on which it depends whether the draws can be used: rhat, ess_bulk and ess_tail, each { name, value } of the worst quantity; `constant` and `unusable`, names of quantities that never vary or have draws that are no numbers; draws, how many there are; ebfmi of each chain and divergences, where the sampler wrote energy__ and divergent__.
---```lua
---return muster.draws{ chains = { { mu = { 1.2, 0.8, 1.9, 1.1, 0.7, 1.4, 1.0, 1.3 } }, { mu = { 1.6, 1.1, 0.9, 0.4, 1.2, 1.5, 0.8, 1.0 } } } }:check().rhat.name
---```
---@return table
function Draws:check() end

---The draws of one quantity, chain after chain.
---```lua
---return #muster.draws{ chains = { { mu = { 1.2, 0.8, 1.9, 1.1, 0.7, 1.4, 1.0, 1.3 } }, { mu = { 1.6, 1.1, 0.9, 0.4, 1.2, 1.5, 0.8, 1.0 } } } }:column 'mu'
---```
---@param name string
---@return Column
function Draws:column(name) end

---All that is known about one quantity, in full: mean, sd, mad, rhat (rank-normalised, split), rhat_basic, ess_bulk, ess_tail, ess_mean, ess_sd, ess_median, mcse_mean, mcse_sd, mcse_median. What the draws do not give is nil.
---```lua
---return muster.draws{ chains = { { mu = { 1.2, 0.8, 1.9, 1.1, 0.7, 1.4, 1.0, 1.3 } }, { mu = { 1.6, 1.1, 0.9, 0.4, 1.2, 1.5, 0.8, 1.0 } } } }:diagnose('mu').rhat_basic
---```
---@param name string
---@return table
function Draws:diagnose(name) end

---A quantile of one quantity, its Monte Carlo standard error and its effective sample size.
---```lua
---return (muster.draws{ chains = { { mu = { 1.2, 0.8, 1.9, 1.1, 0.7, 1.4, 1.0, 1.3 } }, { mu = { 1.6, 1.1, 0.9, 0.4, 1.2, 1.5, 0.8, 1.0 } } } }:quantile('mu', 0.5))
---```
---@param name string
---@param p number
---@return number?
---@return number?
---@return number?
function Draws:quantile(name, p) end

---The names of the quantities, in the order of the columns.
---```lua
---return muster.draws{ chains = { { mu = { 1.2, 0.8, 1.9, 1.1, 0.7, 1.4, 1.0, 1.3 } }, { mu = { 1.6, 1.1, 0.9, 0.4, 1.2, 1.5, 0.8, 1.0 } } } }:quantities()
---```
---@return string[]
function Draws:quantities() end

---A row for each quantity: name, mean and its Monte Carlo standard error (mcse_mean), sd, quantiles (q5, q50, q95), effective sample sizes and R-hat. Printed, numbers have the digits that their own Monte Carlo error supports, or all with digits = 'all'; the table itself has them whole. `names` picks quantities; theta stands for theta[1], theta[2] and so on.
---```lua
---return muster.draws{ chains = { { mu = { 1.2, 0.8, 1.9, 1.1, 0.7, 1.4, 1.0, 1.3 } }, { mu = { 1.6, 1.1, 0.9, 0.4, 1.2, 1.5, 0.8, 1.0 } } } }:summary{ quantiles = { 0.25, 0.75 } }
---```
---@param options? {names?: string[], quantiles?: number[], digits?: "supported"|"all"}
---@return Table
function Draws:summary(options) end

---The draws as a table: chain, draw, and a column for each quantity (or those of `names`).
---```lua
---return muster.draws{ chains = { { mu = { 1.2, 0.8, 1.9, 1.1, 0.7, 1.4, 1.0, 1.3 } }, { mu = { 1.6, 1.1, 0.9, 0.4, 1.2, 1.5, 0.8, 1.0 } } } }:table():head(3)
---```
---@param options? {names?: string[]}
---@return Table
function Draws:table(options) end

---The draws of a number of the model, one chain after the other: mu, theta[3], b[2,3].
---```lua
---return #muster.model('theta ~ beta(1, 1); k ~ binomial(n, theta)'):sample{ data = { k = 7, n = 10 }, warmup = 200, draws = 200 }:column 'theta'
---```
---@param name string
---@return Column
function Fit:column(name) end

---A new fit with `draws` more of each chain (as many as there are): the same bits as one longer run. An interrupted fit goes on to where it was meant to end.
---```lua
---return #muster.model('theta ~ beta(1, 1); k ~ binomial(n, theta)'):sample{ data = { k = 7, n = 10 }, warmup = 200, draws = 200 }:continue{ draws = 100 }:column 'theta'
---```
---@param options? {draws?: integer, threads?: integer, until_mcse?: table, max_draws?: integer, progress?: boolean}
---@return Fit
function Fit:continue(options) end

---The log likelihood of each observed value at each draw, as muster.loo takes it.
---```lua
---return muster.model('theta ~ beta(1, 1); k ~ binomial(n, theta)'):sample{ data = { k = 7, n = 10 }, warmup = 200, draws = 200 }:log_lik():summary()
---```
---@return Draws
function Fit:log_lik() end

---muster.loo of this fit: how well it predicts each row of its data from the others. With `by`, a value for each row (its origin, say), all rows of a value are left out together.
---```lua
---return muster.model('mu ~ normal(0, 1); y ~ normal(mu, 1)'):sample{ data = { y = { 0.1, 0.9, -0.4 } }, warmup = 200, draws = 200 }:loo().elpd
---```
---@param options? {by?: table|Column}
---@return Loo
function Fit:loo(options) end

---A picture of the fit: "trace", "rank" (histograms of ranks by chain), "density", "interval" (medians and 90 %), "pairs" (the first of `names` against the others, divergent draws marked), "predictive" (data that the model would have made, beside the observed). A fit that is not usable says so on the picture.
---```lua
---return muster.model('theta ~ beta(1, 1); k ~ binomial(n, theta)'):sample{ data = { k = 7, n = 10 }, warmup = 200, draws = 200 }:plot 'trace'
---```
---@param kind string
---@param options? {names?: string[]}
---@return Plot
function Fit:plot(kind, options) end

---How much of each number is prior: how far it moves when the priors, or the likelihood, count for a little more or less (muster.power_scale). `says` puts it in words.
---```lua
---return muster.model('theta ~ beta(1, 1); k ~ binomial(n, theta)'):sample{ data = { k = 7, n = 10 }, warmup = 200, draws = 200 }:power_scale()
---```
---@param options? {names?: string[]}
---@return Table
function Fit:power_scale(options) end

---New data as the model would have made them, for each draw: a quantity for each number that was observed. Of a reported figure it is what the report is about. Of a fit of the prior it is what the prior expects to be seen.
---```lua
---return muster.model('theta ~ beta(1, 1); k ~ binomial(n, theta)'):sample{ data = { k = 7, n = 10 }, warmup = 200, draws = 200 }:predict():summary()
---```
---@param options? {seed?: integer, threads?: integer}
---@return Draws
function Fit:predict(options) end

---What the model is made of, in the order of its text: name, role (parameter, derived, observed, discrete), shape, how many numbers that are, and the line.
---```lua
---return muster.model('theta ~ beta(1, 1); k ~ binomial(n, theta)'):sample{ data = { k = 7, n = 10 }, warmup = 200, draws = 200 }:quantities()
---```
---@return Table
function Fit:quantities() end

---A row for each number of the model, in the order of the text: mean with its Monte Carlo standard error (mcse_mean), sd, quantiles (5, 50 and 95 %), effective sample sizes and R-hat. `names` picks quantities (theta) or elements (theta[3]). Printed, numbers have only the digits that the draws support, or all with digits = 'all'; the table itself has them whole.
---```lua
---return muster.model('theta ~ beta(1, 1); k ~ binomial(n, theta)'):sample{ data = { k = 7, n = 10 }, warmup = 200, draws = 200 }:summary{ quantiles = { 0.1, 0.9 } }
---```
---@param options? {names?: string[], quantiles?: number[], digits?: "supported"|"all"}
---@return Table
function Fit:summary(options) end

---The draws as a table: chain, draw, log_density and divergent of each, and a column for each number of the model (or those of `names`). It can be written, plotted and joined as any other.
---```lua
---return muster.model('theta ~ beta(1, 1); k ~ binomial(n, theta)'):sample{ data = { k = 7, n = 10 }, warmup = 200, draws = 200 }:table():head(3)
---```
---@param options? {names?: string[]}
---@return Table
function Fit:table(options) end

---Whether the draws can be used: `status` is "usable", "with care" or "not usable", `text` says why, `problems` is a list of { status, what, name, value, try }, worst first: what failed, of which parameter, and what to try next.
---```lua
---return muster.model('theta ~ beta(1, 1); k ~ binomial(n, theta)'):sample{ data = { k = 7, n = 10 }, warmup = 200, draws = 200 }:verdict().status
---```
---@return table
function Fit:verdict() end

---muster.waic of this fit: how well it predicts each row of its data from the others. With `by`, a value for each row (its origin, say), all rows of a value are left out together.
---```lua
---return muster.model('mu ~ normal(0, 1); y ~ normal(mu, 1)'):sample{ data = { y = { 0.1, 0.9, -0.4 } }, warmup = 200, draws = 200 }:waic().elpd
---```
---@param options? {by?: table|Column}
---@return Loo
function Fit:waic(options) end

---A row for each group, in order of first appearance: the keys, and a column for each 'name = expression' with aggregates inside.
---```lua
---return muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } }):group_by('o'):agg('n = count()', 'mean = mean(n)')
---```
---@param ... string|table|nil
---@return Table
function Grouped:agg(...) end

---As Table:derive, with aggregates and windows within each group.
---```lua
---return muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } }):group_by('o'):derive('so_far = cumsum(n)')
---```
---@param ... string|table|nil
---@return Table
function Grouped:derive(...) end

---The rows for which a condition is true, in which aggregates and windows are those of the row's group.
---```lua
---return muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } }):group_by('o'):filter('n == max(n)')
---```
---@param keep string
---@param bindings? table
---@return Table
function Grouped:filter(keep, bindings) end

---As Table:resample, for each group, from the first date of all to the last.
---```lua
---return muster.table({ { o = 'a', d = muster.date '2025-01-03' }, { o = 'b', d = muster.date '2025-03-01' } }):group_by('o'):resample('d', 'month', 'n = count()')
---```
---@param date string
---@param period "day"|"week"|"month"|"quarter"|"year"
---@param ... string|table|nil
---@return Table
function Grouped:resample(date, period, ...) end

---A row for each row (or group) left out: elpd, its Monte Carlo error (mcse), effective parameters (p), log density with the row (lpd), Pareto k, effective draws (ess) and r_eff.
---```lua
---local function wave(a, b)
---  local v = {}
---  for i = 1, 40 do v[i] = a + b * math.sin(i * i) end
---  return v
---end
---local ll = muster.draws{ chains = { { ['y[1]'] = wave(-1, 0.1), ['y[2]'] = wave(-2, 0.2), ['y[3]'] = wave(-1, 0.3) } } }
---return muster.loo(ll):table()
---```
---@return Table
function Loo:table() end

---Draws (1000) of the normal distribution with the curvature of the posterior at its top, on the unconstrained scale: an approximation that takes no time. The verdict says how good it is, by the Pareto k of the weights that would correct it. `log_evidence` is the log of the integral of the density by it.
---```lua
---return muster.model('theta ~ beta(1, 1); k ~ binomial(n, theta)'):laplace{ data = { k = 7, n = 10 }, draws = 200 }
---```
---@param options {data?: table|Table, draws?: integer, seed?: integer, starts?: integer, init?: table}
---@return Fit
function Model:laplace(options) end

---Where the posterior density is highest, on the parameters' own scale (L-BFGS from 4 starts, of which `same` ended at the highest top): `values` by name, `log_density`, `converged`, `status` in words. With flat priors that is the maximum of the likelihood.
---```lua
---return muster.model('theta ~ beta(1, 1); k ~ binomial(n, theta)'):optimize{ data = { k = 7, n = 10 } }.values.theta
---```
---@param options {data?: table|Table, seed?: integer, starts?: integer, iterations?: integer, init?: table}
---@return Optimum
function Model:optimize(options) end

---Independent draws of the prior (1000), with the data that would follow from each (fit:predict). Of the data only what says how much there is of it matters. All priors must be proper.
---```lua
---return muster.model('theta ~ beta(1, 1); k ~ binomial(n, theta)'):prior{ data = { k = 7, n = 10 }, draws = 100 }
---```
---@param options? {data?: table|Table, draws?: integer, seed?: integer, threads?: integer}
---@return Fit
function Model:prior(options) end

---Draws of the posterior by the No-U-Turn sampler, a thread per chain: 4 chains of 1000 draws after 1000 of warmup, seed 1, adapt_delta 0.8, max_treedepth 10, metric "diag" (dense, unit, auto). The same seed gives the same bits for any number of threads. `init`: a radius (2), or values by name, or a list of those for each chain. `until_mcse = { total = 25 }` goes on, `draws` at a time and up to `max_draws`, until the mean of each is that precise. `thin = 2` keeps every second draw. Ctrl-C keeps what was drawn.
---```lua
---return muster.model('theta ~ beta(1, 1); k ~ binomial(n, theta)'):sample{ data = { k = 7, n = 10 }, warmup = 200, draws = 200 }
---```
---@param options {data?: table|Table, chains?: integer, warmup?: integer, draws?: integer, seed?: integer, threads?: integer, adapt_delta?: number, max_treedepth?: integer, metric?: string, init?: number|table, thin?: integer, until_mcse?: table, max_draws?: integer, progress?: boolean}
---@return Fit
function Model:sample(options) end

---The text of the model, as it was given.
---```lua
---return muster.model('mu ~ normal(0, 1)'):text()
---```
---@return string
function Model:text() end

---Bars from zero to y at x; lying when y is a column of text and x one of numbers.
---```lua
---local t = muster.table{ what = {'a', 'b'}, n = {2, 3}, lo = {1, 2}, hi = {3, 6} }
---return muster.plot(t, { x = 'what', y = 'n' }):bar()
---```
---@param data? Table|{x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@param options? {x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@return Plot
function Plot:bar(data, options) end

---The text below the plot: sources, assumptions. Rows that could not be drawn are added by themselves.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---return muster.plot(t, { x = 'x', y = 'n' }):point():caption 'Text'
---```
---@param text string
---@return Plot
function Plot:caption(text) end

---For each name in y a dot at x and its interval low to high, or a column of quantities as x; `label` is a column of text to the right.
---```lua
---local t = muster.table{ what = {'a', 'b'}, n = {2, 3}, lo = {1, 2}, hi = {3, 6} }
---return muster.plot(t, { y = 'what', x = 'n', low = 'lo', high = 'hi' }):forest()
---```
---@param data? Table|{x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@param options? {x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@return Plot
function Plot:forest(data, options) end

---A capped bar from low to high at x, or lying at y when y is a column of text; infinite ends are arrows. Instead of low and high, y (or x) may be a column of quantities.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---return muster.plot(t, { x = 'x' }):interval{ low = 'lo', high = 'hi' }
---```
---@param data? Table|{x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@param options? {x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@return Plot
function Plot:interval(data, options) end

---A line along x, one for each colour, its name at its end. A missing y breaks it. For a column of quantities `policy` says which number it follows: midpoint, floor, ceiling or stated. `dashed = true`, `name`, `ink`, `size`.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---return muster.plot(t, { x = 'x', y = 'n' }):line{ dashed = true, name = 'n' }
---```
---@param data? Table|{x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@param options? {x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@return Plot
function Plot:line(data, options) end

---A logarithmic axis. Rows at or below zero are counted below the plot.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---return muster.plot(t, { x = 'x', y = 'n' }):point():log 'y'
---```
---@param axis "x"|"y"
---@return Plot
function Plot:log(axis) end

---One plot for each value of a column, stacked over one x axis, in the order of first appearance. Layers of tables without the column stand in each. `same_y = true` gives all the same y axis.
---```lua
---local t = muster.table{ what = {'a', 'b'}, n = {2, 3}, lo = {1, 2}, hi = {3, 6} }
---return muster.plot(t, { x = 'n', y = 'hi' }):point():panel 'what'
---```
---@param column string
---@param options? {same_y?: boolean}
---@return Plot
function Plot:panel(column, options) end

---Write the numbers of an axis as per cent: 0.4 as 40 %. Shares do so by themselves.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---return muster.plot(t, { x = 'x', y = 'n' }):point():percent 'y'
---```
---@param axis "x"|"y"
---@return Plot
function Plot:percent(axis) end

---A dot for each row. A quantity is drawn as what it says: a dot when exact, whiskers for 'about', an arrow away from the stated number where only one bound is claimed, a capped bar for a range. `label` writes text beside it.
---```lua
---local t = muster.table({
---  { day = muster.date "2024-11-04", who = "a", figure = muster.quantity{ qualifier = "up_to", best = 12000 } },
---  { day = muster.date "2024-12-19", who = "b", figure = muster.quantity{ qualifier = "more_than", best = 10000 } } })
---return muster.plot(t, { x = 'day', y = 'figure', colour = 'who' }):point()
---```
---@param data? Table|{x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@param options? {x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@return Plot
function Plot:point(data, options) end

---A dashed line at x (upright) or at y (lying), with a label on it.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---return muster.plot(t, { x = 'x', y = 'n' }):point():reference{ y = 5, label = 'five' }
---```
---@param line {x?: number|Date, y?: number|Date, label?: string}
---@return Plot
function Plot:reference(line) end

---The area between low and high (or the bounds of a column of quantities) along x.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---return muster.plot(t, { x = 'x', y = 'n' }):ribbon{ low = 'lo', high = 'hi' }:line()
---```
---@param data? Table|{x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@param options? {x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@return Plot
function Plot:ribbon(data, options) end

---Draw to a file, in the format its name ends in: .svg, .png, .pdf or .txt. The old file stays until the new one is complete; the same plot gives the same bytes.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---return pcall(function() muster.plot(t, { x = 'x', y = 'n' }):point():save 'plot.jpg' end)
---```
---@param path string
---@return Plot
function Plot:save(path) end

---The gnuplot script that draws the plot by itself (numbers included), and those numbers as a text table.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---return (muster.plot(t, { x = 'x', y = 'n' }):point():script 'svg')
---```
---@param format? string
---@return string
---@return string
function Plot:script(format) end

---A straight line from x, y to x_end, y_end, both numbers, dates or names: pairs, links, changes. `label` stands at its middle. `dashed = true`, `name`, `ink`, `size`.
---```lua
---local t = muster.table{ x = {1, 2}, n = {4, 7}, x2 = {2, 3}, n2 = {7, 5} }
---return muster.plot(t, { x = 'x', y = 'n' }):segment{ x_end = 'x2', y_end = 'n2' }
---```
---@param data? Table|{x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@param options? {x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@return Plot
function Plot:segment(data, options) end

---Draw in letters on standard output, as wide as the terminal.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---muster.plot(t, { x = 'x', y = 'n' }):point():show()
---```
---@return Plot
function Plot:show() end

---Width and height in px (900 by what the plot needs). As text, a letter takes 9 by 18 px.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---return muster.plot(t, { x = 'x', y = 'n' }):point():size(600, 400)
---```
---@param width number
---@param height? number
---@return Plot
function Plot:size(width, height) end

---A line that holds each value until the next x. Options as for line.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---return muster.plot(t, { x = 'x', y = 'n' }):step()
---```
---@param data? Table|{x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@param options? {x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@return Plot
function Plot:step(data, options) end

---The line below the title: what is shown, and in what unit.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---return muster.plot(t, { x = 'x', y = 'n' }):point():subtitle 'Text'
---```
---@param text string
---@return Plot
function Plot:subtitle(text) end

---A coloured cell where the names x and y meet: a matrix, or a heat map of classes (`colour`, one `ink` for each layer). `label` writes text into the cells. Later layers cover earlier ones.
---```lua
---local t = muster.table{ a = {'x', 'x', 'y'}, b = {'x', 'y', 'y'}, how = {'same', 'other', 'same'} }
---return muster.plot(t, { x = 'a', y = 'b', colour = 'how' }):tile()
---```
---@param data? Table|{x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@param options? {x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@return Plot
function Plot:tile(data, options) end

---The title: what the reader should take away.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---return muster.plot(t, { x = 'x', y = 'n' }):point():title 'Text'
---```
---@param text string
---@return Plot
function Plot:title(text) end

---For each name in y a bar of the result with the input at its low end (`low`) and at its high end (`high`), around `base`, the widest on top. `label_low` and `label_high` write those inputs at the ends.
---```lua
---local t = muster.table{ what = {'a', 'b'}, n = {2, 3}, lo = {1, 2}, hi = {3, 6} }
---return muster.plot(t, { y = 'what', low = 'lo', high = 'hi' }):tornado{ base = 2 }
---```
---@param data? Table|{x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@param options? {x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string, name?: string, dashed?: boolean, policy?: string, size?: number, base?: number, ink?: string}
---@return Plot
function Plot:tornado(data, options) end

---What the x axis shows.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---return muster.plot(t, { x = 'x', y = 'n' }):point():xlabel 'Text'
---```
---@param text string
---@return Plot
function Plot:xlabel(text) end

---The ends of the x axis; nil leaves an end to the data. Rows outside are counted below the plot.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---return muster.plot(t, { x = 'x', y = 'n' }):point():xrange(0, 10)
---```
---@param low? number|Date
---@param high? number|Date
---@return Plot
function Plot:xrange(low, high) end

---What the y axis shows; stands above it.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---return muster.plot(t, { x = 'x', y = 'n' }):point():ylabel 'Text'
---```
---@param text string
---@return Plot
function Plot:ylabel(text) end

---The ends of the y axis; nil leaves an end to the data. Rows outside are counted below the plot.
---```lua
---local t = muster.table{ x = {1, 2, 3}, n = {4, 7, 5}, lo = {3, 5, 4}, hi = {6, 9, 8} }
---return muster.plot(t, { x = 'x', y = 'n' }):point():yrange(0, 10)
---```
---@param low? number|Date
---@param high? number|Date
---@return Plot
function Plot:yrange(low, high) end

---One number for a claim, by a policy you name; an error where the claim has none (no upper bound, or a range's stated number).
---```lua
---return muster.quantity{ qualifier = 'range', low = 10000, high = 12000 }:point 'midpoint'
---```
---@param policy "midpoint"|"floor"|"ceiling"|"stated"|"ucdp"|"acled"|"airwars"
---@return number
function Quantity:point(policy) end

---The figure as a number by every policy: columns policy, point (missing where the policy has no answer) and why_not.
---```lua
---return muster.quantity{ qualifier = 'range', low = 10000, high = 12000 }:points()
---```
---@return Table
function Quantity:points() end

---As Table:agg: reads the files, and forgets each part once it is counted.
---```lua
---return muster.scan('datasets/dprk/casualties.csv'):agg('n = count()', 'origins = count_distinct(origin)')
---```
---@param ... string|table|nil
---@return Table
function Scan:agg(...) end

---For loops: the tables that the files are read as, one after the other, all with the same columns and types.
---```lua
---local n = 0; for t in muster.scan('datasets/dprk/casualties.csv'):chunks() do n = n + #t end; return n
---```
---@return function
function Scan:chunks() end

---How many rows there are.
---```lua
---return muster.scan('datasets/dprk/casualties.csv'):count()
---```
---@return integer
function Scan:count() end

---As Table:derive, without windows: they need all rows.
---```lua
---return muster.scan('datasets/dprk/casualties.csv'):derive('year = year(as_of)'):head(3):table()
---```
---@param ... string|table|nil
---@return Scan
function Scan:derive(...) end

---What is done to each part, from the last verb to the first, and which columns are read; looks at the first part for their names.
---```lua
---return muster.scan('datasets/dprk/casualties.csv'):filter("measure == 'killed'"):select('origin'):explain()
---```
---@return string
function Scan:explain() end

---Errors and warnings of a reading in file order, as t:faults() has them.
---```lua
---return #muster.scan('datasets/dprk/casualties.csv'):faults()
---```
---@return table
function Scan:faults() end

---As Table:filter. With a function, a call of Lua a row: convenient, and slow.
---```lua
---return muster.scan('datasets/dprk/casualties.csv'):filter("measure == 'killed'"):count()
---```
---@param keep string|function
---@param bindings? table
---@return Scan
function Scan:filter(keep, bindings) end

---As Table:group_by; :agg then reads the files and gives a Table.
---```lua
---return muster.scan('datasets/dprk/casualties.csv'):group_by('origin'):agg('n = count()')
---```
---@param ... string|table|nil
---@return Grouped
function Scan:group_by(...) end

---The first n rows (10); reading stops there.
---```lua
---return muster.scan('datasets/dprk/casualties.csv'):head(3):table()
---```
---@param n? integer
---@return Scan
function Scan:head(n) end

---What a reading read and where it went, as t:ledger() has it.
---```lua
---return muster.scan('datasets/dprk/casualties.csv'):ledger().rows_read
---```
---@return table
function Scan:ledger() end

---The names of the columns, in order.
---```lua
---return muster.scan('datasets/dprk/casualties.csv'):names()
---```
---@return string[]
function Scan:names() end

---The rows that a reading refuses, with the option rejects = true: file, line, column, field, reason, raw text.
---```lua
---return #muster.scan('datasets/dprk/casualties.csv', { rejects = true }):rejects()
---```
---@return Table
function Scan:rejects() end

---As Table:rename.
---```lua
---return muster.scan('datasets/dprk/casualties.csv'):rename('number = best'):head(3):table()
---```
---@param ... string|table
---@return Scan
function Scan:rename(...) end

---For loops: the number of each row, and the row as a Lua table in which a missing value is an absent key.
---```lua
---local n = 0; for i, row in muster.scan('datasets/dprk/casualties.csv'):rows() do n = i end; return n
---```
---@return function
function Scan:rows() end

---Only these columns, in this order.
---```lua
---return muster.scan('datasets/dprk/casualties.csv'):select('origin', 'best'):table()
---```
---@param ... string
---@return Scan
function Scan:select(...) end

---All rows as one table.
---```lua
---return muster.scan('datasets/dprk/casualties.csv'):select('origin'):table()
---```
---@return Table
function Scan:table() end

---With one more column, or another in the place of one of that name: values(chunk) gives it for each chunk, as Table:with takes it.
---```lua
---return muster.scan('datasets/dprk/casualties.csv'):with('twice', function(t)
---  local twice = {}
---  for i, row in t:rows() do twice[i] = row.best and row.best * 2 end
---  return twice
---end):count()
---```
---@param name string
---@param values function
---@return Scan
function Scan:with(name, values) end

---All rows as a file, whole or not at all; the format follows the name's ending. '-' is standard output. `arrow` is an Arrow IPC file, `arrows` an Arrow stream.
---```lua
---muster.scan('datasets/dprk/casualties.csv'):head(2):select('origin'):write('-', 'csv')
---```
---@param path string
---@param format? "csv"|"jsonl"|"arrow"|"arrows"
function Scan:write(path, format) end

---One row for all rows: 'name = expression' with aggregates inside, as 'n = count()', 'most = max(n)'. Missing values are skipped.
---```lua
---return muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } }):agg('rows = count()', 'total = sum(n)')
---```
---@param ... string|table|nil
---@return Table
function Table:agg(...) end

---The rows that describe that day, or a day from it to `last`: by `as_of` (in tables without that column: `date`). A row flagged month_level describes any day of its month. Who said it first or last is left as it is: t:known_by(x):as_of(y) is what was said of y by x.
---```lua
---return #muster.table({
---  { origin = 'a', measure = 'killed', basis = 'cumulative', as_of = muster.date '2025-01-13', reported = muster.date '2025-01-13',
---    figure = muster.quantity{ qualifier = 'about', best = 300 } },
---  { origin = 'a', measure = 'killed', basis = 'cumulative', as_of = muster.date '2025-01-13', reported = muster.date '2025-02-04',
---    figure = muster.quantity{ best = 1000 } } }):as_of '2025-01-13'
---```
---@param day string|Date
---@param last? string|Date
---@return Table
function Table:as_of(day, last) end

---Each row with the one row of another table whose time is the nearest at or before its own (backward), at or after (forward), or either: what was last said by then. `time` is a column of both, or { mine = 'theirs' }; `by` has to be equal; `tolerance` in days (dates), microseconds (datetimes) or units; `strict` leaves out the same time.
---```lua
---local a = muster.table({ { n = 5 } }); return a:asof_join(muster.table({ { n = 3, said = 'x' } }), { time = 'n' })
---```
---@param other Table
---@param options {time: string|table, by?: string|table, direction?: "backward"|"forward"|"nearest", tolerance?: number, strict?: boolean, suffix?: string}
---@return Table
function Table:asof_join(other, options) end

---What each figure implies as plain columns, for export: stated (the number as printed), kind, low and high (inf where no upper end was claimed), open_low (no lower end was claimed) and open_high, behind the columns that say who claimed what. Rows without a figure have none of these. The figure itself is not among them. The column is 'figure' unless named.
---```lua
---return muster.dataset('dprk').casualties:bounds():select('origin', 'kind', 'low', 'high', 'open_high'):head(3)
---```
---@param column? string
---@return Table
function Table:bounds(column) end

---The column of that name.
---```lua
---return muster.table{ n = {1, 2} }:column 'n'
---```
---@param name string
---@return Column
function Table:column(name) end

---One more column for each 'name = expression', or another in the place of one of that name; later ones see earlier ones. Windows look at other rows: 'before = lag(n) over (o order day)'. A table behind the text binds `$name`; a table alone, { name = 'expression' }, is taken sorted by name.
---```lua
---return muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } }):derive('twice = 2 * n', 'share = n / sum(n)')
---```
---@param ... string|table|nil
---@return Table
function Table:derive(...) end

---What a load cut the records with: sep, quote, and whether it was guessed (sniffed). A guess has its score, records, fields, agree, second and differs too, as in muster.sniff. Of several files each has its own: `file` is its number (1).
---```lua
---return muster.load('datasets/dprk/sources.csv'):dialect().sep
---```
---@param file? integer
---@return table
function Table:dialect(file) end

---The first row of each combination of values of these columns (of all columns, when none is named).
---```lua
---return muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } }):distinct 'o'
---```
---@param ... string
---@return Table
function Table:distinct(...) end

---How the files of one load differ: a row for each file and column where the file lacks a column that others have ('missing'), has one that the first file lacks ('added'), or holds values that alone make another type than those of most files ('retyped'), with the type that this file alone would give. Empty when nothing differs.
---```lua
---return muster.load({ 'datasets/dprk/sources.csv', 'datasets/dprk/codebook.csv' }):drift()
---```
---@return Table
function Table:drift() end

---One row for each claim: carriers that agree in origin, measure, as_of, basis and contingent are one piece of evidence. Adds carriers, chain (who carried it, in order of reported), first_carrier, altered, figures (what each prints, where they differ) and retold. Any table with these columns and a figure (or low, best, high, qualifier) will do.
---```lua
---local d, q = muster.date, muster.quantity
---local function row(via, day, figure)
---  return { origin = "ministry", via = via, measure = "killed", basis = "cumulative", as_of = d "2024-05-01",
---    reported = d(day), figure = figure }
---end
---local t = muster.table({
---  row("first", "2024-05-01", q{ qualifier = "about", best = 600 }), row("second", "2024-05-02", q{ best = 600 }) })
---return t:evidence()[1].chain
---```
---@param options? {combined?: boolean, retold?: boolean, known_by?: string|Date, sources?: Table}
---@return Table
function Table:evidence(options) end

---What will run when somebody looks at the table, from the last verb to the first: which verbs are one pass, and which columns are read.
---```lua
---return muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } }):filter('n > 1'):select('n'):explain()
---```
---@return string
function Table:explain() end

---Why each column has the type it has: for every narrower type, the first value that ruled it out, with its line and, of several files, the file.
---```lua
---return muster.load('datasets/dprk/sources.csv'):explain_types()
---```
---@return Table
function Table:explain_types() end

---Errors and warnings of a load in file order, each with line, column, field, message, warning, raw and text.
---```lua
---return #muster.load('datasets/dprk/sources.csv'):faults()
---```
---@return table
function Table:faults() end

---The rows for which a condition is true (not those where it is missing). Values come in by `$name`. A function keep(row) is convenient and slow: it calls Lua once for each row, a hundred times slower than text.
---```lua
---return muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } }):filter('n > $least', { least = 1 })
---```
---@param keep string|function
---@param bindings? table
---@return Table
function Table:filter(keep, bindings) end

---The table as text: as wide as the terminal (100 columns where there is none), 20 rows.
---```lua
---return muster.table{ n = {1, 2, 3} }:format{ rows = 2 }
---```
---@param how? {width?: integer, rows?: integer}
---@return string
function Table:format(how) end

---Which row retells which, and what changed on the way: muster.genealogy.of of these claims.
---```lua
---local d, q = muster.date, muster.quantity
---local function row(via, day, figure)
---  return { origin = "ministry", via = via, measure = "killed", basis = "cumulative", as_of = d "2024-05-01",
---    reported = d(day), figure = figure }
---end
---local t = muster.table({
---  row("first", "2024-05-01", q{ qualifier = "about", best = 600 }), row("second", "2024-05-02", q{ best = 600 }) })
---return t:genealogy():text()
---```
---@param options? {sources?: Table, context?: Table}
---@return table
function Table:genealogy(options) end

---Print one line for each column: name, type, how many are missing, the first values.
---```lua
---muster.table{ n = {1, 2, 3} }:glimpse()
---```
function Table:glimpse() end

---The claims whose source has at least this letter and that have at least this number themselves, and how many were left out for what. The letter is of the origin unless by = 'via' or 'both'. F and 6 mean 'cannot be judged': they are not known to be good enough and are left out, counted apart; unjudged = 'keep' keeps them. nil asks nothing of one of the two.
---```lua
---local d = muster.dataset 'dprk'
---local good, left = d.casualties:graded('B', 2)
---return tostring(left)
---```
---@param min_reliability? string|number
---@param min_credibility? number|string
---@param options? {by?: "origin"|"via"|"both", unjudged?: "drop"|"keep", sources?: Table}
---@return Table
---@return table
function Table:graded(min_reliability, min_credibility, options) end

---The claims with the letter of their source as `reliability` and letter and number side by side as `grade` ('B2'; - where one is not known). by = 'via' takes the carrier's letter, 'both' has `reliability_via` as well.
---```lua
---return muster.dataset('dprk').casualties:grades():select('origin', 'figure', 'grade'):head(3)
---```
---@param options? {by?: "origin"|"via"|"both", sources?: Table}
---@return Table
function Table:grades(options) end

---Rows that agree in these columns, or in expressions ('month = date_trunc("month", day)'), are a group: :agg gives a row for each, in order of first appearance, :derive computes within each. Missing is a group of its own.
---```lua
---return muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } }):group_by('o'):agg('total = sum(n)')
---```
---@param ... string|table|nil
---@return Grouped
function Table:group_by(...) end

---The first n rows (10).
---```lua
---return muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } }):head(2)
---```
---@param n? integer
---@return Table
function Table:head(n) end

---Rows with those of another table that have the same values in the columns `on` ('a', { 'a', 'b' }, or { mine = 'theirs' }); missing never joins. inner (default): rows with a partner; left: all of mine; full: of both; semi, anti: mine with and without a partner, columns of mine only. Other columns of the same name get the suffix ('_right'). The left order is kept.
---```lua
---return muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } }):join(muster.table({ { o = 'a', name = 'A' } }), { on = 'o', how = 'left' })
---```
---@param other Table
---@param options string|{on: string|table, how?: "inner"|"left"|"full"|"semi"|"anti", suffix?: string}
---@return Table
function Table:join(other, options) end

---The kind that the table was read as, or nil for a plain one.
---```lua
---return muster.casualties('datasets/dprk/casualties.csv'):kind()
---```
---@return string?
function Table:kind() end

---The rows that were known on that day: `reported` (in tables without that column: `date`) is not later. A row without it is not known. A row flagged month_level that was reported in the month it describes counts as of the last day of that month.
---```lua
---return #muster.table({
---  { origin = 'a', measure = 'killed', basis = 'cumulative', as_of = muster.date '2025-01-13', reported = muster.date '2025-01-13',
---    figure = muster.quantity{ qualifier = 'about', best = 300 } },
---  { origin = 'a', measure = 'killed', basis = 'cumulative', as_of = muster.date '2025-01-13', reported = muster.date '2025-02-04',
---    figure = muster.quantity{ best = 1000 } } }):known_by '2025-01-31'
---```
---@param day string|Date
---@return Table
function Table:known_by(day) end

---What a load read and where it went: rows_read = rows_kept + rows_rejected, bytes = bytes_rows + bytes_terminators + bytes_skipped, blank_lines, dropped_lines, columns_skipped; rows_replayed of the rows read are corrected ones; held_back of the rows kept are not known yet (muster.known_by).
---```lua
---return muster.load('datasets/dprk/sources.csv'):ledger().rows_read
---```
---@return table
function Table:ledger() end

---The names of the columns, in order.
---```lua
---return muster.table{ n = {1, 2} }:names()
---```
---@return string[]
function Table:names() end

---By which policies figures became numbers on the way to this table: a line for each definition or condition with point(). They stand below the printed table and go with it through every verb and into Arrow files.
---```lua
---return muster.table{ { f = muster.quantity{ best = 3 } } }:derive("n = point(f, 'floor')"):notes()[1]
---```
---@return string[]
function Table:notes() end

---Long to wide: a row for each combination of the `id` columns, a column for each value of `names`, filled from `values`. Two rows for one cell are an error: aggregate first.
---```lua
---return muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } }):head(2):pivot{ id = {}, names = 'o', values = 'n' }
---```
---@param options {id: string|string[], names: string, values: string}
---@return Table
function Table:pivot(options) end

---The rows a load refused: file, line, column, field, reason, raw text. Empty when all were good.
---```lua
---return #muster.load('datasets/dprk/sources.csv', { rejects = true }):rejects()
---```
---@return Table
function Table:rejects() end

---Columns under other names: 'new = old', or { new = 'old' }. The others stay as they are.
---```lua
---return muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } }):rename 'origin = o'
---```
---@param ... string|table
---@return Table
function Table:rename(...) end

---A row for each day, week (ISO, from Monday), month, quarter or year from the first date to the last: the column `date` holds its first day, the others are aggregates as in agg. In a period without rows counts are 0 and everything else is missing.
---```lua
---return muster.table({ { d = muster.date '2025-01-03' }, { d = muster.date '2025-03-01' } }):resample('d', 'month', 'n = count()')
---```
---@param date string
---@param period "day"|"week"|"month"|"quarter"|"year"
---@param ... string|table|nil
---@return Table
function Table:resample(date, period, ...) end

---How the figures of one origin changed: a row for each statement with a figure, by measure, basis and contingent, then by the day described and the day reported. Columns as_of, reported, measure, basis, contingent, figure, previous (the figure before), change (all that the bounds of both allow; missing where the figure is repeated, and between increments of different days), what ('first', 'new day', 'fell': a total of a later day that is below the one before, 'revised' or 'repeated': the same day again), days since it was last reported, and carriers: rows that agree in all but carrier are one statement, and the best graded one speaks.
---```lua
---return muster.table({
---  { origin = 'a', measure = 'killed', basis = 'cumulative', as_of = muster.date '2025-01-13', reported = muster.date '2025-01-13',
---    figure = muster.quantity{ qualifier = 'about', best = 300 } },
---  { origin = 'a', measure = 'killed', basis = 'cumulative', as_of = muster.date '2025-01-13', reported = muster.date '2025-02-04',
---    figure = muster.quantity{ best = 1000 } } }):revisions 'a'
---```
---@param origin string
---@return Table
function Table:revisions(origin) end

---For loops: each row as a Lua table in which a missing value is an absent key.
---```lua
---local sum = 0; for i, row in muster.table{ n = {1, 2} }:rows() do sum = sum + row.n end; return sum
---```
---@return function
function Table:rows() end

---n rows by chance, each at most once, in the order they have. The same seed (1) gives the same rows.
---```lua
---return muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } }):sample(2)
---```
---@param n integer
---@param seed? integer
---@return Table
function Table:sample(n, seed) end

---Only these columns, in this order.
---```lua
---return muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } }):select('n', 'o')
---```
---@param ... string
---@return Table
function Table:select(...) end

---Rows in the order of these columns; `-name` for descending. Stable; text by its bytes; missing is last both ways.
---```lua
---return muster.table({ { o = 'a', n = 1 }, { o = 'b', n = 2 }, { o = 'a', n = 5 } }):sort('o', '-n')
---```
---@param ... string
---@return Table
function Table:sort(...) end

---Whom the rows of a table of claims cite, in order of first appearance: source_id, name, kind, country, reliability, and in how many rows it is the origin and the carrier (via).
---```lua
---return muster.casualties('datasets/dprk/casualties.csv'):head(5):sources()
---```
---@return Table
function Table:sources() end

---The last n rows (10).
---```lua
---return muster.table{ n = {1, 2, 3} }:tail(2)
---```
---@param n? integer
---@return Table
function Table:tail(n) end

---These rows, in this order; from 1, or from the end when negative.
---```lua
---return muster.table{ n = {1, 2, 3} }:take{ -1, 1 }
---```
---@param rows integer[]
---@return Table
function Table:take(rows) end

---The rows of this table and then those of the others. Columns go together by name; a table that lacks one misses it. Integers beside floats become floats; other types that differ are an error.
---```lua
---return muster.table{ n = {1, 2} }:union(muster.table{ n = {3}, m = {'x'} })
---```
---@param other Table
---@param ... Table
---@return Table
function Table:union(other, ...) end

---Wide to long: each of these columns becomes rows; `name` ('name') says which it was, `value` ('value') holds what was there.
---```lua
---return muster.table({ { id = 1, a = 2, b = 3 } }):unpivot({ 'a', 'b' })
---```
---@param columns string[]
---@param names? {name?: string, value?: string}
---@return Table
function Table:unpivot(columns, names) end

---The file and the line that row was read from.
---```lua
---return select('#', pcall(muster.table{ n = {1} }.where, muster.table{ n = {1} }, 1))
---```
---@param row integer
---@return string
---@return integer
function Table:where(row) end

---With one more column, or another in the place of one of that name.
---```lua
---return muster.table{ n = {1, 2} }:with('double', {2, 4})
---```
---@param name string
---@param values Column|table
---@return Table
function Table:with(name, values) end

---The table as a file, whole or not at all; the format follows the name's ending. '-' is standard output. `arrow` is an Arrow IPC file, `arrows` an Arrow stream.
---```lua
---muster.table{ n = {1, 2} }:write('-', 'csv')
---```
---@param path string
---@param format? "csv"|"json"|"jsonl"|"arrow"|"arrows"
function Table:write(path, format) end

---Which claims cannot all be true. Rows that agree in origin, measure, as_of, basis and contingent are one claim. Gives an Audit: conflicts (a list of { verdict, rule, claims = ids, sentence, gap, ratio, repair, group, rank, also }, worst first), claims (a Table by id), left_out (what was not looked at and why), all (every minimal conflict), repairs (ids of the smallest set of claims, weighted by credibility, without which nothing is left that cannot be true).
---```lua
---return #muster.audit(nil, muster.casualties('datasets/dprk/casualties.csv')).conflicts > 0
---```
---@param deployments? Table
---@param casualties? Table
---@param captures? Table
---@param options? {about?: number, exact?: number, beyond?: number, beyond_share?: number, share?: number, near?: number, near_stock?: number, forecast?: number, below?: number, pace?: number, within?: table, initial?: string}
---@return Audit
function muster.audit(deployments, casualties, captures, options) end

---Simulation-based calibration: draws parameters and data from the model (200 `worlds`), fits each, and looks at the rank of the truth among 99 `draws` (every 5th, `thin`). Ranks are even when model and sampler are right. `uniform` says whether all are, `quantities` has name, says (uniform, too narrow, too wide, biased high, biased low), text and ranks of each. `data` gives what is not simulated, and the shape of what is. `report(x, i)` gives the two bounds that are said of the i-th number x of a `reported`; `observe` makes data, by name, of what was simulated in any other way.
---```lua
---return muster.calibrate(muster.model('theta ~ beta(2, 2); k ~ binomial(n, theta)'), { data = { n = 10, k = 0 }, worlds = 20, draws = 19, warmup = 100 }).worlds
---```
---@param model Model
---@param options {data?: table|Table, worlds?: integer, draws?: integer, thin?: integer, warmup?: integer, names?: string[], seed?: integer, adapt_delta?: number, report?: function, observe?: function}
---@return Calibration
function muster.calibrate(model, options) end

---What happened to each prisoner, by number, and where they are said to want to go. A path to a CSV file, a list or a pattern of them, or a table. Every row keeps the schema (muster.kind 'capture_events' shows it): a faulty row is an error, or goes to t:rejects() with `rejects = true`. `sources` is a path, a table, or false for unchecked keys; without it the sources.csv beside the file.
---```lua
---return #muster.capture_events 'datasets/dprk/capture_events.csv'
---```
---@param path string|string[]|Table
---@param options? {sources?: string|Table|boolean, codebook?: string|Table|boolean, rounding?: number, rejects?: boolean, lenient?: boolean, sep?: string, quote?: string, skip?: integer, comment?: string, decimal?: string, missing?: string[], encoding?: string, max_ratio?: number, file?: string, threads?: integer, replay?: string|Table, timeless?: boolean}
---@return Table
function muster.capture_events(path, options) end

---The share of an earlier stage that reached a later one, from two rows of one programme and day: fields low, high (what the claims allow), stated (the printed numbers divided) and note. Refuses stages that are equal or the wrong way round, other programmes and other days: applications are not people who surrendered.
---```lua
---local q, d = muster.quantity, muster.date '2023-12-31'
---local arrived = { programme = 'x', date = d, stage = 'arrived', unit = 'persons', figure = q{ qualifier = 'more_than', best = 220 } }
---local contact = { programme = 'x', date = d, stage = 'contact', unit = 'messages', figure = q{ qualifier = 'more_than', best = 26000 } }
---return muster.captures.conversion(arrived, contact).stated
---```
---@param later table
---@param earlier table
---@return table
function muster.captures.conversion(later, earlier) end

---The prisoners, from two files that can check each other: taken (persons with a capture event), died (claims of death in custody), alive (taken less died), held (the best graded claim of a stock), range (alive to taken, for a rate) and agree (whether alive equals held).
---```lua
---local d, q = muster.date, muster.quantity
---local events = muster.table{ { person = 'P1', event = 'captured' }, { person = 'P1', event = 'interview' } }
---local claims = muster.table{ { measure = 'held', basis = 'stock', as_of = d '2025-01-11', figure = q{ best = 1 } } }
---return muster.captures.counted(claims, events).agree
---```
---@param claims Table
---@param events Table
---@return table
function muster.captures.counted(claims, events) end

---Captured per 1,000 killed, or per 1,000 killed or wounded, in other wars, on the base each source counts: columns class, side, base (a measure), captured, of, low, high (with exact limits; infinite where the source bounds one side only).
---```lua
---return muster.captures.history()[1].class
---```
---@return Table
function muster.captures.history() end

---Claims of men who died, or tried to die, by their own hand to avoid capture: fields claims, and least and most, the bounds when every claim is about others or all about the same.
---```lua
---local t = muster.table{ { measure = 'suicide_to_avoid_capture', figure = muster.quantity{ best = 1 } } }
---return muster.captures.own_hand(t).most
---```
---@param claims Table
---@return table
function muster.captures.own_hand(claims) end

---Captures per 1,000 (or `per`) of the base: exact Poisson limits when both are known within bounds only, the widest interval they allow.
---```lua
---return tostring(muster.captures.rate({ low = 2, high = 3 }, { low = 3000, high = 6000 }))
---```
---@param taken number|table|Quantity
---@param base number|table|Quantity
---@param per? number
---@param level? number
---@return table
function muster.captures.rate(taken, base, per, level) end

---Captures per 1,000 (or `per`) for each claim of losses as the base: columns origin, as_of, measure, figure, low, high.
---```lua
---local t = muster.table{ { origin = 'x', measure = 'killed_or_wounded', figure = muster.quantity{ best = 3000 } } }
---return muster.captures.rates(2, t)[1].high
---```
---@param taken number|table
---@param claims Table
---@param per? number
---@return Table
function muster.captures.rates(taken, claims, per) end

---By channel, the share of prisoners who had seen or heard the message and of these the share it helped to decide (Gulf War, 1991). Both are shares of men who had already surrendered: upper bounds, and silent on all others.
---```lua
---return muster.captures.reached()[1].of_those
---```
---@return Table
function muster.captures.reached() end

---A table of published facts from other wars (datasets/reference), with the column figure.
---```lua
---return #muster.captures.reference 'history'
---```
---@param name "history"|"surrender"
---@return Table
function muster.captures.reference(name) end

---Prisoners who declined to be repatriated when given the choice (Korea, 1953), as a share of those counted: columns who, declined, counted, share, low, high (Clopper and Pearson).
---```lua
---return muster.captures.refusals()[1].share
---```
---@param level? number
---@return Table
function muster.captures.refusals(level) end

---Claims about losses, each with its figure. A path to a CSV file, a list or a pattern of them, or a table. Every row keeps the schema (muster.kind 'casualties' shows it): a faulty row is an error, or goes to t:rejects() with `rejects = true`. `sources` is a path, a table, or false for unchecked keys; without it the sources.csv beside the file. `codebook` likewise. `rounding` is the most that 'about' may move a number, as a share of it (0.1).
---```lua
---return #muster.casualties 'datasets/dprk/casualties.csv'
---```
---@param path string|string[]|Table
---@param options? {sources?: string|Table|boolean, codebook?: string|Table|boolean, rounding?: number, rejects?: boolean, lenient?: boolean, sep?: string, quote?: string, skip?: integer, comment?: string, decimal?: string, missing?: string[], encoding?: string, max_ratio?: number, file?: string, threads?: integer, replay?: string|Table, timeless?: boolean}
---@return Table
function muster.casualties(path, options) end

---The name of what is left of the first without the second; nil when nothing is left, or one of them is no set of losses.
---```lua
---return muster.category.difference('killed_or_wounded', 'killed')
---```
---@param a string
---@param b string
---@return string?
function muster.category.difference(a, b) end

---The relation of two measures as a sentence.
---```lua
---return muster.category.explain('killed', 'killed_or_wounded')
---```
---@param a string
---@param b string
---@return string
function muster.category.explain(a, b) end

---The parts of a set of losses, of killed, seriously_wounded, lightly_wounded, missing and captured, which do not overlap; nil for every other measure.
---```lua
---return table.concat(muster.category.parts 'killed_or_wounded', ' ')
---```
---@param name string
---@return string[]?
function muster.category.parts(name) end

---How two measures lie to each other: the same people, a within b, a contains b, nobody in both, a part in both, or nothing known.
---```lua
---return muster.category.relation('killed', 'killed_or_wounded')
---```
---@param a string
---@param b string
---@return "same"|"within"|"contains"|"apart"|"overlaps"|"unrelated"
function muster.category.relation(a, b) end

---The name of what two sets of losses count together; nil when one of them is no set of losses.
---```lua
---return muster.category.union('killed', 'wounded')
---```
---@param a string
---@param b string
---@return string?
function muster.category.union(a, b) end

---The measure that next contains a force or a count of prisoners, such as in_theatre for in_combat; nil when none is known, and for sets of losses, which have parts.
---```lua
---return muster.category.within 'in_combat'
---```
---@param name string
---@return string?
function muster.category.within(name) end

---The vocabularies that belong to one data set. A path to a CSV file, a list or a pattern of them, or a table. Every row keeps the schema (muster.kind 'codebook' shows it): a faulty row is an error, or goes to t:rejects() with `rejects = true`.
---```lua
---return #muster.codebook 'datasets/dprk/codebook.csv'
---```
---@param path string|string[]|Table
---@param options? {sources?: string|Table|boolean, codebook?: string|Table|boolean, rounding?: number, rejects?: boolean, lenient?: boolean, sep?: string, quote?: string, skip?: integer, comment?: string, decimal?: string, missing?: string[], encoding?: string, max_ratio?: number, file?: string, threads?: integer, replay?: string|Table, timeless?: boolean}
---@return Table
function muster.codebook(path, options) end

---Models by what they predict, best first: { name = Loo, ... } of the same data. `difference` is the elpd less that of the best, with the standard error of the difference; below about 4, or twice its error, it tells little. `bad` counts rows with a Pareto k that is too high.
---```lua
---local function wave(a, b)
---  local v = {}
---  for i = 1, 40 do v[i] = a + b * math.sin(i * i) end
---  return v
---end
---local ll = muster.draws{ chains = { { ['y[1]'] = wave(-1, 0.1), ['y[2]'] = wave(-2, 0.2), ['y[3]'] = wave(-1, 0.3) } } }
---return muster.compare{ one = muster.loo(ll), other = muster.loo(ll) }
---```
---@param models table
---@return Table
function muster.compare(models) end

---How many conflicts of a list there are by verdict: cannot both be true, unlikely together, did not come true.
---```lua
---local cas = muster.casualties 'datasets/dprk/casualties.csv'
---local audit = muster.audit(nil, cas)
---return muster.conflicts.count(audit.conflicts)['cannot both be true'] > 0
---```
---@param list table
---@return table
function muster.conflicts.count(list) end

---Who contradicts whom: a cell for each two of the claims that stand in most conflicts (20 at most), by what they count and the day that they describe. `list` are the conflicts to draw; without it all, with those that others stand for.
---```lua
---local cas = muster.casualties 'datasets/dprk/casualties.csv'
---local audit = muster.audit(nil, cas)
---return muster.conflicts.matrix(audit, { casualties = cas })
---```
---@param audit Audit
---@param tables {deployments?: Table, casualties?: Table, captures?: Table, sources?: Table}
---@param list? table
---@return Plot
function muster.conflicts.matrix(audit, tables, list) end

---An audit as a report, as `muster audit` prints it: counts, the smallest repair, then each conflict by subject with its arithmetic, its claims (carriers, file, line) and what would repair it. `tables` are those that the audit was made from, and sources if independent origins are to be counted. `all = true` shortens no list.
---```lua
---local cas = muster.casualties 'datasets/dprk/casualties.csv'
---local audit = muster.audit(nil, cas)
---return (muster.conflicts.report(audit, { casualties = cas }):match '[^\n]+')
---```
---@param audit Audit
---@param tables {deployments?: Table, casualties?: Table, captures?: Table, sources?: Table}
---@param options? {title?: string, width?: integer, all?: boolean}
---@return string
function muster.conflicts.report(audit, tables, options) end

---The conflicts by what their claims count, the gravest subject first: a list of { subject, conflicts, claims = how many take part, things = how many different things they count }.
---```lua
---local cas = muster.casualties 'datasets/dprk/casualties.csv'
---local audit = muster.audit(nil, cas)
---return muster.conflicts.subjects(audit)[1].subject
---```
---@param audit Audit
---@return table[]
function muster.conflicts.subjects(audit) end

---The claims of some conflicts (those of one subject, say) as what they say, by the day that they describe, with each two in conflict joined. An error where no two of them have a figure.
---```lua
---local cas = muster.casualties 'datasets/dprk/casualties.csv'
---local audit = muster.audit(nil, cas)
---local first = muster.conflicts.subjects(audit)[1]
---return pcall(muster.conflicts.timeline, audit, { casualties = cas }, first.conflicts)
---```
---@param audit Audit
---@param tables {deployments?: Table, casualties?: Table, captures?: Table, sources?: Table}
---@param list table
---@return Plot
function muster.conflicts.timeline(audit, tables, list) end

---Incentive and policy figures, and dated events around the claims. A path to a CSV file, a list or a pattern of them, or a table. Every row keeps the schema (muster.kind 'context' shows it): a faulty row is an error, or goes to t:rejects() with `rejects = true`. `sources` is a path, a table, or false for unchecked keys; without it the sources.csv beside the file.
---```lua
---return #muster.context 'datasets/dprk/context.csv'
---```
---@param path string|string[]|Table
---@param options? {sources?: string|Table|boolean, codebook?: string|Table|boolean, rounding?: number, rejects?: boolean, lenient?: boolean, sep?: string, quote?: string, skip?: integer, comment?: string, decimal?: string, missing?: string[], encoding?: string, max_ratio?: number, file?: string, threads?: integer, replay?: string|Table, timeless?: boolean}
---@return Table
function muster.context(path, options) end

---A figure of the whole as one of the part, or of the part as one of the whole, with the bounds of both. cw:apply(figure) is the same.
---```lua
---local cw = muster.crosswalk{ from = 'killed_or_wounded', to = 'killed', low = 0.1, high = 0.4, source = 'an example' }
---return cw:apply(muster.quantity{ best = 3000, measure = 'killed_or_wounded' })
---```
---@param crosswalk table
---@param figure Quantity
---@return Quantity
function muster.crosswalk.apply(crosswalk, figure) end

---A folder of data by name, from ./datasets or from where muster is installed: its files as fields (deployments, casualties, captures, sources, ...), each read when it is first asked for, and path, name, readme.
---```lua
---local dprk = muster.dataset 'dprk'; return #dprk.deployments, #dprk.casualties
---```
---@param name string
---@return Dataset
function muster.dataset(name) end

---A day, from ISO text (YYYY-MM-DD) or from year, month and day. Days compare, `a - b` is whole days, `d + 7` a week on; fields year, month, day, days (since 1970-01-01).
---```lua
---return muster.date '2025-01-31' - muster.date(2025, 1, 1)
---```
---@param day string|Date|Datetime|integer
---@param month? integer
---@param of_month? integer
---@return Date
function muster.date(day, month, of_month) end

---An instant in UTC microseconds, from ISO text; without a zone it is UTC. Field micros.
---```lua
---return muster.datetime '2025-01-31T12:00:00+09:00'
---```
---@param text string
---@return Datetime
function muster.datetime(text) end

---For each origin that claims every part (contingents) and the whole: the sum of its latest figures for the parts beside its figure for the whole: columns origin, parts (in words), low, high (their sum), whole, agree (whether both can be true). Parts may be cumulative or increments, since each is another group of people.
---```lua
---local q, d = muster.quantity, muster.date '2025-04-30'
---local function claim(part, n) return { origin = 'a', as_of = d, measure = 'dispatched', contingent = part, figure = q{ best = n } } end
---local t = muster.table{ claim('first', 11000), claim('second', 4000), claim('all', 15000) }
---return muster.deployment.add_up(t, { parts = { 'first', 'second' }, whole = 'all' })[1].agree
---```
---@param claims Table
---@param options {parts: string[], whole: string}
---@return Table
function muster.deployment.add_up(claims, options) end

---Each figure that is claimed once, largest last, with the origins that claim it: columns base, contingent, origins, first (the earliest day it was reported).
---```lua
---local q = muster.quantity
---local t = muster.table{ { origin = 'b', figure = q{ best = 11000 } }, { origin = 'a', figure = q{ best = 11000 } } }
---return muster.deployment.bases(t)[1].origins
---```
---@param claims Table
---@return Table
function muster.deployment.bases(claims) end

---The widest bounds that these claims state: the least lower and the greatest upper one. A claim that bounds one side only ('up to', 'more than') counts on that side only; where it lies beyond all bounds of the other side, that side is open. Fields low and high (nil where nobody states one), low_by and high_by (origins).
---```lua
---local q = muster.quantity
---local t = muster.table{ { origin = 'a', figure = q{ best = 11000 } }, { origin = 'b', figure = q{ qualifier = 'up_to', best = 12000 } } }
---return muster.deployment.envelope(t).low
---```
---@param claims Table
---@return table
function muster.deployment.envelope(claims) end

---The latest figure of each origin that describes a day up to `on` (all of them when it is not given), for one contingent or several, in the order of the file. Give it claims of one kind: split them first.
---```lua
---local t = muster.table{ { origin = 'a', as_of = muster.date '2024-10-23' }, { origin = 'a', as_of = muster.date '2024-11-30' } }
---return tostring(muster.deployment.latest(t)[1].as_of)
---```
---@param claims Table
---@param options? {on?: string|Date, contingent?: string|string[], location?: string|string[]}
---@return Table
function muster.deployment.latest(claims, options) end

---How many soldiers were there between two days: an interval from the least to the greatest stock claimed for a day in between, and the claims it rests on. With `lost` (losses claimed for those days) the lower end is reduced by the greatest of them, as though all had gone on the first day and nobody was replaced: wide, but it cannot be too narrow.
---```lua
---local t = muster.table{ { as_of = muster.date '2024-12-19', origin = 'a', figure = muster.quantity{ best = 11000 } } }
---return tostring((muster.deployment.presence(t, { from = '2024-12-01', to = '2025-01-15', lost = 4000 })))
---```
---@param claims Table
---@param options {from: string|Date, to: string|Date, location?: string|string[], contingent?: string|string[], lost?: number|Quantity|table}
---@return table
---@return Table
function muster.deployment.presence(claims, options) end

---The claims apart by what they count: fields sent (cumulative), added (increments to earlier figures), present (stock), planned, withdrawn. A sum or a difference across these means nothing.
---```lua
---local t = muster.table{ { measure = 'dispatched', basis = 'cumulative' }, { measure = 'planned', basis = 'cumulative' } }
---return #muster.deployment.split(t).planned
---```
---@param claims Table
---@return table
function muster.deployment.split(claims) end

---Claims about troops planned, sent, present and returned, each with its figure. A path to a CSV file, a list or a pattern of them, or a table. Every row keeps the schema (muster.kind 'deployments' shows it): a faulty row is an error, or goes to t:rejects() with `rejects = true`. `sources` is a path, a table, or false for unchecked keys; without it the sources.csv beside the file. `codebook` likewise. `rounding` is the most that 'about' may move a number, as a share of it (0.1).
---```lua
---return #muster.deployments 'datasets/dprk/deployments.csv'
---```
---@param path string|string[]|Table
---@param options? {sources?: string|Table|boolean, codebook?: string|Table|boolean, rounding?: number, rejects?: boolean, lenient?: boolean, sep?: string, quote?: string, skip?: integer, comment?: string, decimal?: string, missing?: string[], encoding?: string, max_ratio?: number, file?: string, threads?: integer, replay?: string|Table, timeless?: boolean}
---@return Table
function muster.deployments(path, options) end

---All distributions that models, muster.stats.lpdf and its neighbours know: name, parameters in their order, where outcomes lie, and a sentence on each. Names and parameters are Stan's.
---```lua
---return muster.distributions():head(3)
---```
---@return Table
function muster.distributions() end

---Draws of any sampler. The source is a Table with a row for each draw and a column for each quantity, or { chains = { ... } } with a Table, or values by name, for each chain. `chain` and `draw` name the columns that number them (else chain, .chain or CHAIN, and draw, .iteration or ITER; without a chain there is one). Stan's theta.1.2 becomes theta[1,2], and what ends in __ is the sampler's own. Chains of different lengths are cut to the shortest.
---```lua
---return muster.draws{ chains = { { mu = { 1.2, 0.8, 1.9, 1.1, 0.7, 1.4, 1.0, 1.3 } }, { mu = { 1.6, 1.1, 0.9, 0.4, 1.2, 1.5, 0.8, 1.0 } } } }
---```
---@param source Table|table
---@param options? {chain?: string, draw?: string, names?: string[]}
---@return Draws
function muster.draws(source, options) end

---As muster.evidence.claims, and with the carriers: chain (who carried the claim, in order of reported, 'a > b'), first_carrier, and figures (what each carrier prints, where they differ). Claims that count others too are kept unless combined = false. Table:evidence is this.
---```lua
---local function row(via, day) return { origin = 'a', measure = 'killed', basis = 'cumulative', via = via,
---  reported = muster.date(day), figure = muster.quantity{ best = 600 } } end
---return muster.evidence.chains(muster.table{ row('y', '2025-01-02'), row('x', '2025-01-01') })[1].chain
---```
---@param rows Table
---@param options? {combined?: boolean, retold?: boolean, known_by?: string|Date, sources?: Table}
---@return Table
function muster.evidence.chains(rows, options) end

---One line for under a number: how many claims, rows and origins it rests on, and how many of these are independent.
---```lua
---return muster.evidence.cite(muster.table{ { origin = 'a' }, { origin = 'b' } })
---```
---@param rows Table
---@param sources? Table
---@return string
function muster.evidence.cite(rows, sources) end

---One row for each claim: rows that agree in origin, measure, as_of, basis and contingent are carriers of one claim; the best credibility speaks for it, then the earliest, then the first in the file (evidence.rule). Adds carriers (how many rows), altered (their figures differ) and retold (the row that speaks says something else than its origin, by muster.genealogy: no carrier has what the origin said). Claims that count others too (flag combined) are left out unless combined = true, retold ones if retold = false.
---```lua
---local t = muster.table({ { origin = 'a', measure = 'killed', basis = 'cumulative', credibility = 3,
---  figure = muster.quantity{ best = 600 } },
---  { origin = 'a', measure = 'killed', basis = 'cumulative', credibility = 2,
---  figure = muster.quantity{ qualifier = 'at_least', best = 600 } } })
---return muster.evidence.claims(t)[1].altered
---```
---@param rows Table
---@param options? {combined?: boolean, retold?: boolean, known_by?: string|Date, sources?: Table}
---@return Table
function muster.evidence.claims(rows, options) end

---First and last day that a claim may describe: its as_of, or the whole month when only the month is known.
---```lua
---return muster.evidence.days{ as_of = muster.date '2025-01-31', flags = 'month_level' }
---```
---@param row table
---@return Date?
---@return Date?
function muster.evidence.days(row) end

---What a row prints as its figure: the column figure of the claim loaders, or the quantity that low, best, high and qualifier of a plain table make; nil when there is no number.
---```lua
---return muster.evidence.figure{ best = 600, qualifier = 'at_least' }
---```
---@param row table
---@return Quantity?
function muster.evidence.figure(row) end

---The carriers of each claim: a list of { rows = list of { at = number of the row, row = its values }, best = the one that speaks for the claim (evidence.rule) }, claims in order of first appearance.
---```lua
---return #muster.evidence.groups(muster.table{ { origin = 'a', measure = 'killed' }, { origin = 'a', measure = 'killed' } })
---```
---@param rows Table
---@return table[]
function muster.evidence.groups(rows) end

---Whether a row carries a flag of the codebook (several are separated by ';').
---```lua
---return muster.evidence.has_flag({ flags = 'verbal;combined' }, 'combined')
---```
---@param row table
---@param flag string
---@return boolean
function muster.evidence.has_flag(row, flag) end

---What each source is called, by its id, for pictures that are handed on; an id without a name stands for itself.
---```lua
---return muster.evidence.names(muster.table{ { source_id = 'x', name = 'The X' } }).x
---```
---@param sources Table
---@return table
function muster.evidence.names(sources) end

---The rows that may describe a day from `first` to `last`; nil leaves that end open.
---```lua
---local t = muster.table{ { as_of = muster.date '2025-01-31', flags = 'month_level' } }
---return #muster.evidence.on(t, '2025-01-10', '2025-01-12')
---```
---@param rows Table
---@param first? string|Date
---@param last? string|Date
---@return Table
function muster.evidence.on(rows, first, last) end

---Who stands behind these rows: fields list (origins, sorted), independent (how many voices when related official bodies count once; needs sources), effective (how many of these when what one took from another does not count, muster.genealogy.independent; nil where there is nothing to compare), claims and rows (carriers included).
---```lua
---return muster.evidence.origins(muster.table{ { origin = 'a' }, { origin = 'a' }, { origin = 'b' } }).list
---```
---@param rows Table
---@param sources? Table
---@return table
function muster.evidence.origins(rows, sources) end

---The printed shares: for each claim every different share (and what it is of) that a carrier prints, by the best carrier that prints it (evidence.rule). Joint and retold rows are left out.
---```lua
---local function row(via, share) return { origin = 'a', measure = 'killed', basis = 'cumulative', via = via, share = share,
---  share_of = 'deployed', figure = muster.quantity{ best = 4000 } } end
---return #muster.evidence.shares(muster.table{ row('x', 0.36), row('y', 0.40), row('z', 0.40) })
---```
---@param rows Table
---@return Table
function muster.evidence.shares(rows) end

---For each source the voice it belongs to: official bodies and unnamed officials of one country are related and share one ('officials of KR'); every other source is its own.
---```lua
---return muster.evidence.voices(muster.table{ { source_id = 'x', kind = 'military', country = 'KR' } }).x
---```
---@param sources Table
---@return table
function muster.evidence.voices(sources) end

---The operators and functions of expressions, as a table: name, class (operator, function, aggregate, window), group, args, help, example.
---```lua
---return muster.functions():filter("class == 'aggregate'"):select('name', 'help')
---```
---@return Table
function muster.functions() end

---For each row whether it says something else than what it retells: another number, category, side or attribution, or an old figure under a new date. Lost or reversed qualifiers do not count, nor do links below 0.5.
---```lua
---return muster.genealogy.altered(muster.table{ { origin = 'a', measure = 'killed', basis = 'cumulative',
---  figure = muster.quantity{ best = 600 } } })[1]
---```
---@param rows Table
---@param sources? Table
---@return boolean[]
function muster.genealogy.altered(rows, sources) end

---Only the effective number of independent origins of some rows: the sum over voices (related bodies are one) of the probability that at least one of its claims is not taken from an earlier claim in these rows.
---```lua
---return muster.genealogy.independent(muster.table{ { origin = 'a', measure = 'killed', basis = 'cumulative',
---  figure = muster.quantity{ best = 600 } } })
---```
---@param rows Table
---@param sources? Table
---@return number
function muster.genealogy.independent(rows, sources) end

---Links every row to the row it retells. Fields: edges (a table: child, parent and also as claim_ids, change, strength, likelihood, altered, sentence, row, parent_row and also_row as numbers of rows), trees (each row with its root and depth), independent (the expected number of voices that did not take all they say from earlier claims), voices; g:text() is a report, g:plot() a picture. `sources` says what kinds of source and of which country (by default the sources of the loaded table), `context` adds rates that were worked out from totals.
---```lua
---local d, q = muster.date, muster.quantity
---local function row(via, day, figure)
---  return { origin = "ministry", via = via, measure = "killed", basis = "cumulative", as_of = d "2024-05-01",
---    reported = d(day), figure = figure }
---end
---local g = muster.genealogy.of(muster.table({
---  row("first", "2024-05-01", q{ qualifier = "about", best = 600 }), row("second", "2024-05-02", q{ best = 600 }) }))
---return g.edges[1].sentence
---```
---@param rows Table
---@param options? {sources?: Table, context?: Table}
---@return table
function muster.genealogy.of(rows, options) end

---The picture of a genealogy: a line for each retelling, from the day of what it retells to its own day, coloured by what changed. `rows` is the table it was made of, `names` what origins and carriers are called (muster.evidence.names), `least` the weakest link drawn (0.5). Also g:plot(rows).
---```lua
---local t = muster.table({
---  { origin = "staff", measure = "planned", basis = "cumulative", as_of = muster.date "2024-05-01", reported = muster.date "2024-05-01",
---    figure = muster.quantity{ best = 4200 } },
---  { origin = "staff", measure = "dispatched", basis = "cumulative", as_of = muster.date "2024-05-01",
---    reported = muster.date "2024-05-20", figure = muster.quantity{ best = 4200 } } })
---return t:genealogy():plot(t)
---```
---@param genealogy table
---@param rows Table
---@param options? {title?: string, names?: table, least?: number}
---@return Plot
function muster.genealogy.plot(genealogy, rows, options) end

---How well what was found agrees with what somebody marked, row by row: fields hits, missed, extra, precision (hits of all found) and recall (hits of all marked); a ratio of nothing is nil.
---```lua
---return muster.genealogy.score({ true, true, false }, { true, false, false }).precision
---```
---@param found boolean[]
---@param marked boolean[]
---@return table
function muster.genealogy.score(found, marked) end

---The report of a genealogy: the effective number of origins, and every retelling but plain echoes as a sentence, by kind. Also g:text() and tostring(g).
---```lua
---local d, q = muster.date, muster.quantity
---local function row(via, day, figure)
---  return { origin = "ministry", via = via, measure = "killed", basis = "cumulative", as_of = d "2024-05-01",
---    reported = d(day), figure = figure }
---end
---local g = muster.genealogy.of(muster.table({
---  row("first", "2024-05-01", q{ qualifier = "about", best = 600 }), row("second", "2024-05-02", q{ best = 600 }) }))
---return g:text()
---```
---@param genealogy table
---@return string
function muster.genealogy.text(genealogy) end

---How far the letters of the origins and the numbers of their claims go together in a data set, which should be judged apart: gamma (Goodman and Kruskal) with low and high (0.9 unless `level`; sources are drawn anew 1,000 times), paired (claims such as B2 and C3), by_chance, n, unjudged (F, 6 or no letter), and text, which says it in words.
---```lua
---return muster.grades.association(muster.dataset('dprk').casualties).text
---```
---@param claims Table
---@param options? {level?: number, draws?: integer, seed?: integer, sources?: Table}
---@return table
function muster.grades.association(claims, options) end

---Grades from the record: each origin's claims against what other voices said later of the same quantity (at least `lag` days, 30, and graded `credibility`, 3, or better), or against a table `truth` (measure, as_of, figure). Fields: grades (a row for each origin: share of claims that held, bias factor, earned letter with best and worst, all with `level`, 0.9, limits; F when fewer than `least`, 5, can be scored or the letters span more than `span`, 3), claims (each with its verdict), rulings (letters of sources.csv and of `overrule = { origin = 'B' }` scored against the record), text. `tolerance` (0.2) widens what a claim states, later knowledge wider than a factor `vague` (2) decides nothing, `days` (0) is how far apart two days may be and count as one, `by` also splits by measure, year, quarter or month.
---```lua
---local d, q = muster.date, muster.quantity
---local function row(origin, said, n) return { origin = origin, measure = 'killed', basis = 'cumulative', as_of = d '2025-01-13',
---  reported = d(said), figure = q{ best = n } } end
---local t = muster.table{ row('a', '2025-01-14', 480), row('b', '2025-06-01', 300) }
---return muster.grades.earned(t, { least = 1 }).claims[1].verdict
---```
---@param claims Table
---@param options? {truth?: Table, sources?: Table, by?: string|string[], lag?: integer, days?: integer, credibility?: integer, monotone?: boolean, tolerance?: number, vague?: number, level?: number, least?: integer, span?: integer, scale?: string|table, overrule?: table}
---@return table
function muster.grades.earned(claims, options) end

---What the choice of a scale does to a headline: an aggregate expression in which `weight` is the value of the claim's letter or number. A row for equal weights and for the letters and the numbers of each scale: scale, of, claims, left_out (no value on that scale), headline; and a sentence. `scales` lists names, or tables of your own.
---```lua
---local d = muster.dataset 'dprk'
---local t = d.deployments:filter "measure == 'dispatched' and is_finite(high(figure)) and contingent == 'first_wave'"
---return muster.grades.effect(t, "weighted_mean(point(figure, 'midpoint'), weight)")
---```
---@param claims Table
---@param headline string
---@param options? {scales?: table, sources?: Table}
---@return Table
---@return string
function muster.grades.effect(claims, headline, options) end

---The bias factors of earned grades by origin with their limits, and the letters as text: what is right of 1 states more than later holds. earned:plot() is the same.
---```lua
---local d, q = muster.date, muster.quantity
---local function row(origin, said, day, n) return { origin = origin, measure = 'killed', basis = 'stock', as_of = d(day),
---  reported = d(said), figure = q{ best = n } } end
---local t = muster.table{ row('a', '2025-01-14', '2025-01-13', 480), row('b', '2025-06-01', '2025-01-13', 300),
---  row('a', '2025-02-14', '2025-02-13', 500), row('b', '2025-06-01', '2025-02-13', 400) }
---return muster.grades.earned(t, { least = 1 }):plot()
---```
---@param earned table
---@return Plot
function muster.grades.plot(earned) end

---One scale: { name, title, source, about, letters = { A = 100, ... }, numbers = { 100, ... } }. A table of your own in this form is checked and given back: values 0 to 100 that do not grow from A to E and from 1 to 5.
---```lua
---return muster.grades.scale('misp').letters.B
---```
---@param scale string|table
---@return table
function muster.grades.scale(scale) end

---The published ways to turn letters and numbers into 0 to 100, a row for each scale and grade: scale, of (letter or number), grade, value, source. A grade that a scale has no value for has no row.
---```lua
---return muster.grades.scales():filter "grade == 'B' or grade == '2'"
---```
---@return Table
function muster.grades.scales() end

---Print what a function does, its arguments and an example; without argument, the list of functions. Functions and operators of expressions go by their name: muster.help 'date_trunc'.
---```lua
---muster.help(muster.date)
---```
---@param what? any
function muster.help(what) end

---The belief in safe transfer at which surrender is worth as much as the better of fighting on and dying by own hand. Above 1: no belief is enough; below 0: none is needed.
---```lua
---return muster.incentive.break_even()
---```
---@param values? table
---@return number
function muster.incentive.break_even(values) end

---Probabilities of fight, surrender and own_hand at one opportunity for a soldier who holds the given belief; values replaces base values by name.
---```lua
---return muster.incentive.choice{ belief = 0.5 }.surrender
---```
---@param values? table
---@return table
function muster.incentive.choice(values) end

---What the prisoners taken allow. Captured is not surrendered, so the count of those who chose to surrender and arrived lies between none and all of them; it bounds opportunities x probability x survival. Give opportunities to see the greatest probability each allows (`at_most`; `if_all_chose` is the least if every prisoner had chosen it), or a probability to see the opportunities. The two cannot be told apart: without either there is no answer.
---```lua
---return muster.incentive.compatible({ low = 2, high = 3 }, { opportunities = { 100, 1000 } })[2].at_most
---```
---@param taken number|table
---@param options {opportunities?: number[], probability?: number, survive?: number, level?: number}
---@return Table
function muster.incentive.compatible(taken, options) end

---Surrender probability per opportunity against the belief in safe transfer, 0 to 1: columns belief, surrender.
---```lua
---return #muster.incentive.curve({}, 10)
---```
---@param values? table
---@param steps? integer
---@return Table
function muster.incentive.curve(values, steps) end

---The inputs of the model: name, unit, low, base, high, what it is in few words and in full, and its label. 'Prior only' means that no data here can say which value in the range holds.
---```lua
---return #muster.incentive.inputs()
---```
---@return Table
function muster.incentive.inputs() end

---Probabilities of fight, surrender and own_hand per opportunity under a policy, over soldiers whom its message reaches and those whom it does not; and belief, what a reached soldier believes then.
---```lua
---return muster.incentive.outcome('public promise').surrender
---```
---@param policy string
---@param values? table
---@return table
function muster.incentive.outcome(policy, values) end

---How far the result moves: over one input at a time (first interval), and over every corner of all ranges together (second).
---```lua
---return tostring((muster.incentive.range 'public promise'))
---```
---@param policy string
---@param output? "probability"|"ratio"
---@return table
---@return table
function muster.incentive.range(policy, output) end

---One input at a time to either end of its range, all others at base: columns input, at_low, at_high (the inputs' ends), low, high (the results there), base; widest first. Output is the surrender probability under the policy, or its ratio to the status quo.
---```lua
---return muster.incentive.tornado('first transfer done', { output = 'ratio' })[1].input
---```
---@param policy string
---@param options? {output?: "probability"|"ratio", values?: table}
---@return Table
function muster.incentive.tornado(policy, options) end

---The three utilities behind choice, in units of the random part's scale.
---```lua
---return muster.incentive.utilities().fight
---```
---@param values? table
---@return table
function muster.incentive.utilities(values) end

---The smallest interval that holds all of them.
---```lua
---return tostring(muster.interval.hull(3, 7, { low = 5, high = 9 }))
---```
---@param ... number|Quantity|table
---@return table
function muster.interval.hull(...) end

---What two intervals have in common; nil when they exclude each other.
---```lua
---return muster.interval.meet({ low = 6820, high = 7500 }, { low = 10000, high = 12000 }) == nil
---```
---@param a number|Quantity|table
---@param b number|Quantity|table
---@return table?
function muster.interval.meet(a, b) end

---An interval from a number, a claim's figure, { low = , high = }, or two numbers; + - * / keep its bounds.
---```lua
---return tostring(muster.interval.of(3001, math.huge) / muster.interval.of(10000, 12000))
---```
---@param value number|Quantity|table
---@param high? number
---@return table
function muster.interval.of(value, high) end

---Bounds as words, three digits that count; the unit '%' multiplies by 100. A probability is followed by its words under a yardstick that is named (muster.words): '62 % (likely, icd203)'.
---```lua
---return muster.interval.text({ low = 0.25, high = 0.3 }, '%', 'uk')
---```
---@param value number|Quantity|table
---@param unit? string
---@param yardstick? string
---@return string
function muster.interval.text(value, unit, yardstick) end

---What a kind, or a schema file, asks of a table: print it to read its columns and rules, or look into name, help, columns and rules. muster.load(path, { schema = name }) reads a file under it.
---```lua
---return tostring(muster.kind 'casualties')
---```
---@param name string
---@return table
function muster.kind(name) end

---The kinds of data set that muster knows, a row each.
---```lua
---return muster.kinds()
---```
---@return Table
function muster.kinds() end

---From here on the script knows what was known on that day: loaders and scans give only rows whose `reported` (in tables without that column: `date`) is not later, and say on standard error how many they hold back; a later day cannot be asked for, and tables, columns, scans and groups from before the call are refused. A file without such a column is held back as a whole, unless its kind has no dates at all or the loader is told `timeless = true`. Without an argument: the day in force, or nil.
---```lua
---return muster.known_by()
---```
---@param day? string|Date
---@return Date?
function muster.known_by(day) end

---Norms that open or bar a prisoner's ways. A path to a CSV file, a list or a pattern of them, or a table. Every row keeps the schema (muster.kind 'legal_norms' shows it): a faulty row is an error, or goes to t:rejects() with `rejects = true`.
---```lua
---return #muster.legal_norms 'datasets/dprk/legal_norms.csv'
---```
---@param path string|string[]|Table
---@param options? {sources?: string|Table|boolean, codebook?: string|Table|boolean, rounding?: number, rejects?: boolean, lenient?: boolean, sep?: string, quote?: string, skip?: integer, comment?: string, decimal?: string, missing?: string[], encoding?: string, max_ratio?: number, file?: string, threads?: integer, replay?: string|Table, timeless?: boolean}
---@return Table
function muster.legal_norms(path, options) end

---Any CSV file as a table; '-' is standard input. An Arrow file or stream is told by its content (of it `columns`, `max_ratio` and `threads` are taken; `skip_unknown` leaves out columns of types that muster has not). Several files, as a list or a pattern ('claims/*.csv'), are one table by column name: t:drift() says how they differ, `file` adds a column with their names. Gzip and zstd are unpacked, whatever the name; text that is not UTF-8 is read when `encoding` names it. The separator and the quote are guessed from the first 64 KiB unless `sep` names the separator (t:dialect() tells). Types are inferred from the whole file unless `types` declares them. A faulty row is an error; with `rejects = true` such rows go to t:rejects(). `lenient` takes stray quotes as data, `columns` reads only those, `missing` lists further spellings of missing. `replay` takes rejected rows as somebody corrected them: a file or a table of rejects with one more column, `corrected`, the text that takes the place of `raw`. `cache` keeps the table as FILE.arrow beside the file and reads that instead, as long as the bytes of the file, the options and muster's version are the same. `timeless` is for rows that are of no time: after muster.known_by nothing of them is held back. `schema` names a kind or a schema file, and the file is read under it (see muster.kind).
---```lua
---return #muster.load('datasets/dprk/sources.csv')
---```
---@param path string|string[]
---@param options? {header?: boolean, sep?: string, quote?: string, lenient?: boolean, skip?: integer, comment?: string, decimal?: string, missing?: string[], columns?: string[], types?: table, rejects?: boolean, encoding?: string, max_ratio?: number, file?: string, threads?: integer, replay?: string|Table, timeless?: boolean, schema?: string, sources?: string|Table|boolean, codebook?: string|Table|boolean, rounding?: number, skip_unknown?: boolean, cache?: boolean}
---@return Table
function muster.load(path, options) end

---How well a model predicts each row of its data from the others: leave-one-out by Pareto smoothed importance sampling. `log_lik` has a quantity for each row of data, its log likelihood at each draw. With `by`, a value for each row (its origin, say), all rows of a value are left out together. Fields elpd, se, p, p_se, ic (-2 elpd), ic_se, threshold and bad, the rows whose Pareto k is above it.
---```lua
---local function wave(a, b)
---  local v = {}
---  for i = 1, 40 do v[i] = a + b * math.sin(i * i) end
---  return v
---end
---local ll = muster.draws{ chains = { { ['y[1]'] = wave(-1, 0.1), ['y[2]'] = wave(-2, 0.2), ['y[3]'] = wave(-1, 0.3) } } }
---return muster.loo(ll, { by = { 'a', 'a', 'b' } }).elpd
---```
---@param log_lik Draws
---@param options? {by?: table|Column}
---@return Loo
function muster.loo(log_lik, options) end

---A printed fraction as an interval: itself -+ 10 % of itself (losses.reading), because its qualifier is not kept.
---```lua
---return tostring(muster.losses.claimed_share(0.40))
---```
---@param share number
---@param reading? number
---@return table
function muster.losses.claimed_share(share, reading) end

---Days in combat, both ends counted, when first and last day are contested: from the latest first to the earliest last, to the earliest first to the latest last; never below 0.
---```lua
---local d = muster.date
---return tostring(muster.losses.days({ d '2024-11-05', d '2024-12-15' }, d '2025-01-15'))
---```
---@param first Date|Date[]
---@param last Date|Date[]
---@return table
function muster.losses.days(first, last) end

---The dead as a share of all casualties, for each origin and day that gives enough: killed over killed_or_wounded, else killed over killed + wounded, else the printed share of casualties. Columns origin, as_of, from (how), low, high.
---```lua
---local q = muster.quantity
---local t = muster.table{ { origin = 'x', measure = 'killed', basis = 'cumulative', figure = q{ best = 300 } },
---  { origin = 'x', measure = 'killed_or_wounded', basis = 'cumulative', figure = q{ best = 3000 } } }
---return muster.losses.dead(t)[1].low
---```
---@param claims Table
---@return Table
function muster.losses.dead(claims) end

---For each claim that prints a count and its share of a force: the base the two imply, to the letter (nominal) and as bounds (low, high), and the sum in words.
---```lua
---local t = muster.table{ { origin = 'x', basis = 'cumulative', share = 0.40, share_of = 'deployed',
---  figure = muster.quantity{ qualifier = 'more_than', best = 3000 } } }
---return muster.losses.implied(t)[1].sum
---```
---@param claims Table
---@param reading? number
---@return Table
function muster.losses.implied(claims, reading) end

---The base that a count and its claimed share imply: '3,000 = 40 %' implies 7,500. A number for the share is read as in claimed_share; reading = 0 takes it to the letter.
---```lua
---return muster.losses.implied_base(3000, 0.40, 0).low
---```
---@param count number|Quantity|table
---@param share number|table
---@param reading? number
---@return table
function muster.losses.implied_base(count, share, reading) end

---Losses per 1,000 soldier-days (or `per`): exact Poisson limits at the ends of the count over exposure = presence x days as an interval. The result holds every rate that the claims allow.
---```lua
---return tostring(muster.losses.rate(3000, { low = 7000, high = 11500 }, { low = 30, high = 70 }))
---```
---@param count number|Quantity|table
---@param presence number|Quantity|table
---@param days number|table
---@param options? {per?: number, level?: number}
---@return table
function muster.losses.rate(count, presence, days, options) end

---Losses per 1,000 soldier-days for each cumulative claim and each claimed first day of combat, up to the claim's day or the pause, whichever is earlier. Columns origin, as_of, measure, figure, first, days_low, days_high, low, high (95 %).
---```lua
---local d = muster.date
---local t = muster.table{ { origin = 'x', as_of = d '2025-01-13', measure = 'killed', basis = 'cumulative', figure = muster.quantity{ best = 300 } } }
---return muster.losses.rates(t, { presence = 11000, first = { d '2024-12-01' }, pause = d '2025-01-15' })[1].high
---```
---@param claims Table
---@param options {presence: number|Quantity|table, first: Date[], pause: Date|Date[], level?: number, per?: number}
---@return Table
function muster.losses.rates(claims, options) end

---Count over base, as an interval. Claims must fit: the count cumulative, the base people sent or present, never planned. 'Up to' in the base leaves the share without an upper end, 'more than' in the count too.
---```lua
---local q = muster.quantity
---return tostring(muster.losses.share(q{ qualifier = 'more_than', best = 3000 }, q{ qualifier = 'range', low = 10000, high = 12000 }))
---```
---@param count number|Quantity|table
---@param base number|Quantity|table
---@return table
function muster.losses.share(count, base) end

---The share lost for each cumulative claim under each base (a table from deployment.bases): one row for each pair, with low and high (no upper end: infinite) and the share the claim itself prints, if it prints one.
---```lua
---local q = muster.quantity
---local t = muster.table{ { origin = 'x', basis = 'cumulative', figure = q{ best = 4000 } } }
---return muster.losses.shares(t, muster.table{ { base = q{ best = 11000 }, origins = 'y' } })[1].low
---```
---@param claims Table
---@param bases Table
---@return Table
function muster.losses.shares(claims, bases) end

---Columns of a table as a matrix for a model: data = { X = muster.matrix(t, { "x1", "x2" }) }. With `intercept` its first column is 1. `names`, `rows` and `intercept` can be read.
---```lua
---local t = muster.table{ x1 = { 1, 2 }, x2 = { 3, 4 } }
---return #muster.matrix(t, { 'x1', 'x2' }, { intercept = true }).names
---```
---@param t Table
---@param columns string[]
---@param options? {intercept?: boolean}
---@return Matrix
function muster.matrix(t, columns, options) end

---A model as text, parsed at once: docs/manual/models.md has the language. What is wrong with it is told with its line and column.
---```lua
---return muster.model [[
---  p ~ beta(1, 1)
---  k ~ binomial(n, p)
---]]
---```
---@param text string
---@return Model
function muster.model(text) end

---The functions that only models have: name, arguments, and a sentence on each. Beside them a model knows the functions of expressions that have a mathematics, such as log and inv_logit.
---```lua
---return muster.model_functions():head(3)
---```
---@return Table
function muster.model_functions() end

---A paragraph that says what is assumed rather than claimed; marked as such.
---```lua
---muster.page.assume 'one soldier, one day'
---```
---@param text string
---@param ... any
function muster.page.assume(text, ...) end

---The heading of a page: the question it answers, underlined.
---```lua
---muster.page.question 'How many were sent?'
---```
---@param text string
function muster.page.question(text) end

---Under a number: the claims it rests on, their rows, origins, and how many of these are independent.
---```lua
---muster.page.rests(muster.table{ { origin = 'a' } }, muster.table{ { source_id = 'a', kind = 'media', country = 'KR' } })
---```
---@param claims Table
---@param sources Table
---@param what? string
function muster.page.rests(claims, sources, what) end

---Save a plot as NAME.svg and NAME.png in a folder, which is made when it is not there, and say so.
---```lua
---return muster.page.save
---```
---@param plot Plot
---@param folder string
---@param name string
function muster.page.save(plot, folder, name) end

---A paragraph, broken at 80 columns; further arguments are filled in as string.format does (%s takes any value).
---```lua
---muster.page.say('%s soldiers', muster.quantity{ qualifier = 'up_to', best = 12000 })
---```
---@param text string
---@param ... any
function muster.page.say(text, ...) end

---A heading inside a page.
---```lua
---muster.page.section 'Every claimed base'
---```
---@param text string
function muster.page.section(text) end

---A table for reading: names as headings ('_' becomes a blank), no types, all rows, the last column broken into lines where it does not fit.
---```lua
---muster.page.show(muster.table{ { origin = 'a', soldiers = 11000 } })
---```
---@param rows Table
---@param columns? string[]
function muster.page.show(rows, columns) end

---A plot of a table. The columns named here are the defaults of its layers: x, y, low, high, colour (one colour for each value), label (text at the mark), panel (stacked plots), hollow (a column of true and false: hollow marks). Every verb of a plot returns a new plot; nothing is drawn before save or show.
---```lua
---local t = muster.table{ day = { muster.date "2024-10-18", muster.date "2024-11-04" }, n = { 1500, 10000 } }
---return muster.plot(t, { x = "day", y = "n" }):line():point():title "Sent"
---```
---@param data Table
---@param columns? {x?: string, y?: string, low?: string, high?: string, colour?: string, label?: string, panel?: string, hollow?: string|boolean, label_low?: string, label_high?: string, x_end?: string, y_end?: string}
---@return Plot
function muster.plot(data, columns) end

---The policies by which a figure becomes one number (q:point, point() in expressions), what each does and whose rule it is: columns policy, meaning, source.
---```lua
---return muster.policies():select('policy', 'meaning')
---```
---@return Table
function muster.policies() end

---How far each quantity moves when the priors, or the likelihood, count for a little more or less (cumulative Jensen-Shannon distance for each doubling; from 0.05 on it counts). `says`: informed by the data, mostly prior, prior and data pull apart, neither moves it. `prior` and `likelihood` are log densities at each draw: a quantity's name (lprior, log_lik), a Column, or Draws that add up. Then the Pareto k of both weights.
---```lua
---local function wave(a, b)
---  local v = {}
---  for i = 1, 40 do v[i] = a + b * math.sin(i * i) end
---  return v
---end
---local ll = muster.draws{ chains = { { ['y[1]'] = wave(-1, 0.1), ['y[2]'] = wave(-2, 0.2), ['y[3]'] = wave(-1, 0.3) } } }
---local d = muster.draws{ chains = { { mu = wave(1, 1), lprior = wave(-1, 0.4), log_lik = wave(-9, 2) } } }
---return (muster.power_scale(d))
---```
---@param d Draws
---@param options? {prior?: string|Column|Draws, likelihood?: string|Column|Draws, names?: string[]}
---@return Table
---@return number
---@return number
function muster.power_scale(d, options) end

---What a printed figure means: the interval its qualifier implies; with a `base` it is a share, 0 to 1. A text is read as English as published, "more than 3,000 killed", "about a third of those sent"; the options say what it leaves open. Fields low, high, stated, kind, measure, basis, base, unit, since, as_of.
---```lua
---return muster.quantity 'more than 3,000 killed'
---```
---@param figure string|{qualifier?: string, low?: number, best?: number, high?: number, rounding?: number, measure?: string, basis?: string, base?: string, unit?: string, since?: Date|string, as_of?: Date|string}
---@param options? {rounding?: number, measure?: string, basis?: string, base?: string, decimal?: "."|","}
---@return Quantity
function muster.quantity(figure, options) end

---The words of size that muster.quantity reads, with the bounds they stand for and who says so. Columns word, use (count: alone; times: before hundred, thousand, dozen or a unit; unit: of soldiers; share: of a whole), low, high, source.
---```lua
---return muster.quantity_words():filter "word == 'battalion'"
---```
---@return Table
function muster.quantity_words() end

---How a headline would have read: a row for each day on which a claim became known. `read` says which claims make it: 'newest' (those about the newest day, the default), 'origins' (the latest word of each origin), 'all', an aggregate such as 'count_distinct(origin)' or 'max(figure)', or a function(rows, day) that gives a number, a quantity or { low = , high = }. It is about the day of knowledge itself, or always about the day `of`; days up to `near` (0) apart count as one day, and claims about a day more than `within` days before are left out. Columns known, about (the newest day that was read), low, high, claims (known by then), origins (of those read), independent (related official bodies count once; where there are sources), news (whose claims are new among those read), now_low and now_high (the same reading of the same day with all that is known in the end), verdict ('stands', 'covers' what is said now, 'overlaps', 'too narrow', 'wrong': nothing in common, or 'dropped': what it was read from is no longer read, and nothing else is said now), off_by (how far apart the two are at the least), corrected (the first day on which the headline of that day covers what is said now) and days until then. `policy` adds point, where the policy gives one, and its name. combined and retold as in muster.evidence.claims.
---```lua
---local d, q = muster.date, muster.quantity
---local function said(origin, as_of, reported, n)
---  return { origin = origin, measure = 'killed', basis = 'cumulative', as_of = d(as_of), reported = d(reported), figure = q{ best = n } }
---end
---local t = muster.table{ said('a', '2025-01-13', '2025-01-13', 300), said('b', '2025-01-13', '2025-01-22', 1000) }
---return muster.regret.curve(t)
---```
---@param claims Table
---@param options? {read?: string|function, of?: string|Date, near?: integer, within?: integer, measure?: string, basis?: string, contingent?: string, policy?: string, combined?: boolean, retold?: boolean, sources?: Table}
---@return Table
function muster.regret.curve(claims, options) end

---The same reading for every day of knowledge and every day described up to then: a row for each pair, with known, day, low and high. One `known` is one vintage, the series as it stood then. Options as for muster.regret.curve; `of` keeps to one day described.
---```lua
---local d, q = muster.date, muster.quantity
---local function said(origin, as_of, reported, n)
---  return { origin = origin, measure = 'killed', basis = 'cumulative', as_of = d(as_of), reported = d(reported), figure = q{ best = n } }
---end
---local t = muster.table{ said('a', '2025-01-13', '2025-01-13', 300), said('b', '2025-01-13', '2025-01-22', 1000) }
---return muster.regret.vintages(t)
---```
---@param claims Table
---@param options? {read?: string|function, of?: string|Date, near?: integer, within?: integer, measure?: string, basis?: string, contingent?: string, policy?: string, combined?: boolean, retold?: boolean, sources?: Table}
---@return Table
function muster.regret.vintages(claims, options) end

---Files of any size, read in parts: the result is a recipe to which filter, derive, select, rename, head and with add steps, and nothing is read before agg, chunks, rows, count, table or write ask for it; then only the columns that the steps need. Types are those of the whole input, which is read once for them; standard input can be read only once, so all its types have to be declared.
---```lua
---return muster.scan('datasets/dprk/casualties.csv'):count()
---```
---@param path string|string[]
---@param options? {header?: boolean, sep?: string, quote?: string, lenient?: boolean, skip?: integer, comment?: string, decimal?: string, missing?: string[], columns?: string[], types?: table, rejects?: boolean, encoding?: string, max_ratio?: number, file?: string, threads?: integer, replay?: string|Table, timeless?: boolean}
---@return Scan
function muster.scan(path, options) end

---Brier score of a stated probability: the squared distance to what happened (1 or 0).
---```lua
---return muster.scores.brier(0.9, false)
---```
---@param p number
---@param happened boolean
---@return number
function muster.scores.brier(p, happened) end

---Continuous ranked probability score of exp(normal(mu, sigma)) when y holds, in the unit of y.
---```lua
---return muster.scores.crps_lognormal(math.log(3500), 0.2, 4000)
---```
---@param mu number
---@param sigma number
---@param y number
---@return number
function muster.scores.crps_lognormal(mu, sigma, y) end

---Continuous ranked probability score of a normal distribution when y holds, in the unit of y.
---```lua
---return muster.scores.crps_normal(3500, 500, 4000)
---```
---@param mu number
---@param sigma number
---@param y number
---@return number
function muster.scores.crps_normal(mu, sigma, y) end

---Continuous ranked probability score of equally likely draws when y holds: mean |x - y| less half the mean distance of two draws.
---```lua
---return muster.scores.crps_sample({ 3000, 3500, 4200 }, 4000)
---```
---@param sample number[]
---@param y number
---@return number
function muster.scores.crps_sample(sample, y) end

---Score of a claim's figure (or { low = , high = }) when y holds: the mean quantile score of the ends that it states, and how many these are. 'More than x' states one and is not charged for the other; a figure without a finite end has no score (nil, 0). scale = 'log' scores log(1 + count): errors by a factor.
---```lua
---return muster.scores.figure(muster.quantity{ qualifier = 'more_than', best = 6000 }, 6400, { scale = 'log' })
---```
---@param figure Quantity|table
---@param y number
---@param options? {level?: number, scale?: "natural"|"log"}
---@return number
---@return integer
function muster.scores.figure(figure, y, options) end

---Interval score of low to high stated with a level (0.9) when y holds: the width, and 2 / (1 - level) times the distance by which y lies outside. The table has its parts: width, over (y below the interval: overstated), under.
---```lua
---return muster.scores.interval(3000, 4000, 4500)
---```
---@param low number
---@param high number
---@param y number
---@param level? number
---@return number
---@return table
function muster.scores.interval(low, high, y, level) end

---Logarithmic score of a stated probability, in nats: -log(p) when it happened, else -log(1 - p). Infinite for a certainty that failed.
---```lua
---return muster.scores.log(0.9, true)
---```
---@param p number
---@param happened boolean
---@return number
function muster.scores.log(p, happened) end

---Score of x stated as the tau quantile (tau 0.05: 'above x with 95 %') when y holds: 2 (1{y < x} - tau) (x - y). Scores of all quantiles average to the CRPS.
---```lua
---return muster.scores.quantile(3000, 4000, 0.05)
---```
---@param x number
---@param y number
---@param tau number
---@return number
function muster.scores.quantile(x, y, tau) end

---Weighted interval score of a median and central intervals { low = , high = , level = } when y holds; with many intervals it nears the CRPS. The table has its parts: width, over, under.
---```lua
---return muster.scores.wis(3500, { { low = 3000, high = 4000, level = 0.5 }, { low = 2000, high = 6000, level = 0.9 } }, 4500)
---```
---@param median number
---@param intervals table[]
---@param y number
---@return number
---@return table
function muster.scores.wis(median, intervals, y) end

---The separator and the quote that a file seems to use, from its first 64 KiB: sep, quote, score (0 to 1), clear (false: muster.load refuses to guess), records, fields (of most of them), agree (so many). `second` is the next best guess in the same form, if there is one, and `differs` the line of the first record that tells them apart. What `options` name is not guessed.
---```lua
---return muster.sniff('datasets/dprk/sources.csv').sep
---```
---@param path string
---@param options? {sep?: string, quote?: string, skip?: integer, comment?: string, encoding?: string, max_ratio?: number}
---@return table
function muster.sniff(path, options) end

---Who makes claims and who carries them. A path to a CSV file, a list or a pattern of them, or a table. Every row keeps the schema (muster.kind 'sources' shows it): a faulty row is an error, or goes to t:rejects() with `rejects = true`.
---```lua
---return #muster.sources 'datasets/dprk/sources.csv'
---```
---@param path string|string[]|Table
---@param options? {sources?: string|Table|boolean, codebook?: string|Table|boolean, rounding?: number, rejects?: boolean, lenient?: boolean, sep?: string, quote?: string, skip?: integer, comment?: string, decimal?: string, missing?: string[], encoding?: string, max_ratio?: number, file?: string, threads?: integer, replay?: string|Table, timeless?: boolean}
---@return Table
function muster.sources(path, options) end

---Exact limits for a probability after k successes in n trials (Clopper and Pearson 1934); level 0.95.
---```lua
---return muster.stats.binomial_limits(2, 10)
---```
---@param k integer
---@param n integer
---@param level? number
---@return number
---@return number
function muster.stats.binomial_limits(k, n, level) end

---Random draws (n = 1), the same for the same seed (1); with `low` or `high` only from between them, ends included.
---```lua
---return #muster.stats.draw('gamma', { 2, 0.5 }, { n = 10, seed = 7 })
---```
---@param distribution string
---@param parameters number[]
---@param options? {n?: integer, seed?: integer, low?: number, high?: number}
---@return number[]
function muster.stats.draw(distribution, parameters, options) end

---Log probability of more than x; accurate far in the tails.
---```lua
---return muster.stats.lccdf('normal', 40, 0, 1)
---```
---@param distribution string
---@param x number
---@param ... number
---@return number
function muster.stats.lccdf(distribution, x, ...) end

---Log probability of at most x; accurate far in the tails.
---```lua
---return muster.stats.lcdf('neg_binomial_2', 3, 10, 2)
---```
---@param distribution string
---@param x number
---@param ... number
---@return number
function muster.stats.lcdf(distribution, x, ...) end

---Choice probabilities of a multinomial logit (McFadden 1974), summing to 1; utilities in units of the scale (1).
---```lua
---return muster.stats.logit({ 0, -2, -5 })[1]
---```
---@param utilities number[]
---@param scale? number
---@return number[]
function muster.stats.logit(utilities, scale) end

---Log density of a distribution at x, or the log probability of a count; its parameters follow in the order of muster.distributions().
---```lua
---return muster.stats.lpdf('normal', 1, 0, 1)
---```
---@param distribution string
---@param x number
---@param ... number
---@return number
function muster.stats.lpdf(distribution, x, ...) end

---The probability that a standard normal variable is at most z.
---```lua
---return muster.stats.normal(1.6448536269514722)
---```
---@param z number
---@return number
function muster.stats.normal(z) end

---Where a standard normal variable is at most with probability p.
---```lua
---return muster.stats.normal_quantile(0.95)
---```
---@param p number
---@return number
function muster.stats.normal_quantile(p) end

---Exact limits for the mean of a Poisson variable of which k events were seen (Garwood 1936); level 0.95.
---```lua
---return muster.stats.poisson_limits(2)
---```
---@param k integer
---@param level? number
---@return number
---@return number
function muster.stats.poisson_limits(k, level) end

---The widest honest interval for events per unit of exposure when both are known only within bounds: lower exact limit of the least count over the largest exposure, to upper exact limit of the greatest count over the smallest.
---```lua
---return muster.stats.poisson_rate(2, { low = 300000, high = 700000 })
---```
---@param events number|table|Quantity
---@param exposure number|table|Quantity
---@param level? number
---@return number
---@return number
function muster.stats.poisson_rate(events, exposure, level) end

---Where a variable of Student's distribution with df degrees of freedom is at most with probability p.
---```lua
---return muster.stats.student_quantile(0.95, 4)
---```
---@param p number
---@param df number
---@return number
function muster.stats.student_quantile(p, df) end

---A table from Lua: columns { name = {values} } or rows { {name = value}, ... }. A missing value is nil (give a column its length in `n`). `names` fixes the order of the columns, else it is alphabetical.
---```lua
---return muster.table({ { origin = 'a', n = 1 }, { origin = 'b' } }, { 'origin', 'n' })
---```
---@param values table
---@param names? string[]
---@return Table
function muster.table(values, names) end

---The same by the widely applicable information criterion, which needs no weights, but is wrong without saying where rows are influential: `bad` has those whose effective number of parameters is above 0.4. Prefer muster.loo.
---```lua
---local function wave(a, b)
---  local v = {}
---  for i = 1, 40 do v[i] = a + b * math.sin(i * i) end
---  return v
---end
---local ll = muster.draws{ chains = { { ['y[1]'] = wave(-1, 0.1), ['y[2]'] = wave(-2, 0.2), ['y[3]'] = wave(-1, 0.3) } } }
---return muster.waic(ll).ic
---```
---@param log_lik Draws
---@param options? {by?: table|Column}
---@return Loo
function muster.waic(log_lik, options) end

---What is wrong with the words of probability in a text, a row each: sentence (its number), rule, found, says. Rules: mixed_rows (two rows of one yardstick), confidence (with likelihood in one sentence), vague ('might' without a likelihood), other_yardstick, negated ('not likely' has no band), and against options.original softened and hardened. The yardstick is icd203 unless named.
---```lua
---return muster.words.lint('We assess with high confidence that it is highly likely. They might withdraw.', 'icd203')
---```
---@param text string
---@param yardstick? string
---@param options? {original?: string}
---@return Table
function muster.words.lint(text, yardstick, options) end

---What a term means under a yardstick: { term, low, high, row, yardstick }, low and high as fractions. below or above is true where that end is not part of the band. A term of another yardstick is an error that says so.
---```lua
---return tostring(muster.words.parse('highly likely', 'uk'))
---```
---@param text string
---@param yardstick string
---@return table
function muster.words.parse(text, yardstick) end

---A probability for a report, words and number together: 'likely (62 %, icd203)'. Readers understand words with numbers beside them far better than words alone.
---```lua
---return muster.words.phrase(0.62, 'icd203')
---```
---@param p number|table
---@param yardstick string
---@param row? string
---@return string
function muster.words.phrase(p, yardstick, row) end

---A probability (or { low = , high = }) in words, and the list of terms. Where it falls between two terms or beyond the last one it says so, and the list is empty; where two bands touch it names both; of bands inside each other it takes the narrowest. An interval gives its first and last term. `row` chooses among rows that must not be mixed.
---```lua
---return muster.words.say(0.83, 'icd203')
---```
---@param p number|table
---@param yardstick string
---@param row? string
---@return string
---@return string[]
function muster.words.say(p, yardstick, row) end

---The terms of a yardstick from the least to the most likely: term, low, high (fractions), row where it has several that must not be mixed.
---```lua
---return muster.words.terms 'uk'
---```
---@param yardstick string
---@return Table
function muster.words.terms(yardstick) end

---The set of terms of another yardstick that a term reaches: fields terms (each with its band), low and high of the original, uncovered (what of it no term covers), exact (one term, with the same band).
---```lua
---return tostring(muster.words.translate('highly likely', 'uk', 'icd203'))
---```
---@param term string
---@param from string
---@param to string
---@param row? string
---@return table
function muster.words.translate(term, from, to, row) end

---The yardsticks there are: name, title, how many terms, what is odd about it, and where it was published.
---```lua
---return muster.words.yardsticks()
---```
---@return Table
function muster.words.yardsticks() end
