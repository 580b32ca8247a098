using Orchestrator.Local.Faults;

namespace Orchestrator.Tests.Unit.Local.Faults;

public class A_specification_of_faults
{
    [Test]
    public void Gives_each_participant_its_rates()
    {
        var spec = FaultSpec.Parse(
            "payment: refuse=0.1 silence=0.2 delay=0.15 duplicate=0.25 late=0.3; inventory: silence=5e-2; seed=7; pace=0.1");
        Enum.GetValues<Fault>().Select(fault => spec.Rate("payment", fault)).ShouldBe([0.1m, 0.2m, 0.15m, 0.3m, 0.25m]);
        (spec.Rate("inventory", Fault.Silence), spec.Rate("inventory", Fault.Late), spec.Rate("shipping", Fault.Silence))
            .ShouldBe((0.05m, 0m, 0m));
        (spec.Seed, spec.Pace).ShouldBe((7, 0.1));
    }

    [Test]
    public void Has_a_seed_and_a_pace_of_its_own_when_none_is_named()
    {
        var spec = FaultSpec.Parse("all: silence=1");
        (spec.Seed, spec.Pace).ShouldBe((1, 1.0));
    }

    [Test]
    public void Needs_no_blanks_and_minds_none()
    {
        FaultSpec.Parse("payment:late=1").Rate("payment", Fault.Late).ShouldBe(1);
        FaultSpec.Parse("  payment :\t late=1   refuse=1 ;\n seed = -7").Rate("payment", Fault.Refuse).ShouldBe(1);
    }

    [TestCase("all: late=0.2; payment: late=0.3 duplicate=0.1", 0.2, 0.3, 0.1)]
    [TestCase("payment: late=0.3 duplicate=0.1; all: late=0.2", 0.2, 0.2, 0.1)]
    public void Overrides_by_later_entries_what_earlier_ones_said_of_the_same(
        string text, double shipping, double payment, double duplicates)
    {
        var spec = FaultSpec.Parse(text);
        ((double)spec.Rate("shipping", Fault.Late), (double)spec.Rate("payment", Fault.Late), (double)spec.Rate("payment", Fault.Duplicate))
            .ShouldBe((shipping, payment, duplicates));
    }

    [Test]
    public void May_have_rates_that_add_up_to_one_beside_refusals() =>
        FaultSpec.Parse("all: refuse=1 silence=0.1 delay=0.2 late=0.3 duplicate=0.4").Rate("shipping", Fault.Refuse).ShouldBe(1);

    [Test]
    public void Is_written_as_its_example() => Should.NotThrow(() => FaultSpec.Parse(FaultSpec.Example));

    [TestCase("", "entry 1 is empty; an example is 'payment: refuse=0.1 silence=0.1; all: duplicate=0.02; seed=7; pace=0.1'")]
    [TestCase("seed=7;", "entry 2 is empty; an example is *")]
    [TestCase("payment", "entry 1 'payment': it is neither 'participant: fault=rate …' nor 'seed=NUMBER' nor 'pace=NUMBER'")]
    [TestCase("speed=7", "entry 1 'speed=7': it is neither *")]
    [TestCase(
        "seed=7; warehouse: late=1",
        "entry 2 'warehouse: late=1': there is no participant 'warehouse'; inventory, payment, shipping and all are known")]
    [TestCase(
        "payment:",
        "entry 1 'payment:': it names no fault of payment; refuse, silence, delay, late, duplicate are known, each with a rate")]
    [TestCase(
        "payment: lose=1",
        "entry 1 'payment: lose=1': there is no fault 'lose'; refuse, silence, delay, late, duplicate are known, each with a rate such as "
        + "silence=0.1")]
    [TestCase("payment: 1", "entry 1 'payment: 1': there is no fault '1'; *")]
    [TestCase("payment: Late=1", "entry 1 'payment: Late=1': there is no fault 'Late'; *")]
    [TestCase("payment: late", "entry 1 'payment: late': the rate '' of late is not a number from 0 to 1")]
    [TestCase("payment: late=1.01", "entry 1 'payment: late=1.01': the rate '1.01' of late is not a number from 0 to 1")]
    [TestCase("payment: late=-0.1", "*the rate '-0.1' of late is not a number from 0 to 1")]
    [TestCase("payment: late=0,1", "*the rate '0,1' of late is not a number from 0 to 1")]
    [TestCase("payment: late=NaN", "*the rate 'NaN' of late is not a number from 0 to 1")]
    [TestCase("payment: late=∞", "*the rate '∞' of late is not a number from 0 to 1")]
    [TestCase("seed=1.5", "entry 1 'seed=1.5': the seed '1.5' is not a whole number of 64 bits")]
    [TestCase("seed=9223372036854775808", "*is not a whole number of 64 bits")]
    [TestCase("pace=0", "entry 1 'pace=0': the pace '0' is not a number from 0.001 to 100")]
    [TestCase("pace=-1", "*the pace '-1' is not a number from 0.001 to 100")]
    [TestCase("pace=NaN", "*the pace 'NaN' is not a number from 0.001 to 100")]
    [TestCase("pace=1e9", "*the pace '1e9' is not a number from 0.001 to 100")]
    [TestCase("pace=fast", "*the pace 'fast' is not a number from 0.001 to 100")]
    [TestCase("shipping: silence=0.5 late=0.3; all: duplicate=0.21",
        "shipping: silence, delay, late, duplicate add up to 1.01; a command meets at most one of them, so the sum can be at most 1")]
    public void Says_where_it_is_wrong_and_what_is_accepted_there(string text, string problem) =>
        Should.Throw<FormatException>(() => FaultSpec.Parse(text)).Message
            .ShouldMatch($"^{System.Text.RegularExpressions.Regex.Escape(problem).Replace(@"\*", ".*", StringComparison.Ordinal)}$");
}
