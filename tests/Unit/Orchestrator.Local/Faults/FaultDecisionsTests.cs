using Orchestrator.Local.Faults;

namespace Orchestrator.Tests.Unit.Local.Faults;

public class Which_messages_meet_a_fault
{
    const int Many = 20_000;
    const double Near = 0.01; // About three standard deviations of the rates below.

    static readonly Guid[] Messages = [.. Enumerable.Range(1, Many).Select(i => new Guid(i, 0, 0, new byte[8]))];

    [Test]
    public void Is_the_same_whenever_a_message_comes()
    {
        var (first, second) = (
            Decisions("all: silence=0.2 delay=0.2 late=0.2 duplicate=0.2"), Decisions("all: silence=0.2 delay=0.2 late=0.2 duplicate=0.2"));
        foreach (var message in Messages.Take(500))
        {
            second.Of("payment", message).ShouldBe(first.Of("payment", message));
            second.Part("payment", Fault.Delay, message).ShouldBe(first.Part("payment", Fault.Delay, message));
            second.IsRefused("payment", message, "AuthorizePayment", 1)
                .ShouldBe(first.IsRefused("payment", message, "AuthorizePayment", 1));
        }
    }

    [Test]
    public void Is_known_for_ever() =>
        Messages.Take(12).Select(message => Decisions("payment: silence=0.25 delay=0.25 late=0.25 duplicate=0.25").Of("payment", message))
        .ShouldBe(Known);

    [Test]
    public void Is_another_choice_for_another_seed_and_another_participant()
    {
        var one = Decisions("all: silence=0.5");
        Share(message => one.Of("payment", message) == Decisions("all: silence=0.5; seed=2").Of("payment", message)).ShouldBe(0.5, Near);
        Share(message => one.Of("payment", message) == one.Of("shipping", message)).ShouldBe(0.5, Near);
    }

    [Test]
    public void Is_as_many_as_the_rates_say()
    {
        var decisions = Decisions("payment: refuse=0.3 silence=0.1 delay=0.2 late=0.05 duplicate=0.15");
        foreach (var (fault, rate) in new[] { (Fault.Silence, 0.1), (Fault.Delay, 0.2), (Fault.Late, 0.05), (Fault.Duplicate, 0.15) })
            Share(message => decisions.Of("payment", message) == fault).ShouldBe(rate, Near, fault.ToString());
        Share(message => decisions.Of("payment", message) is null).ShouldBe(0.5, Near);
        Share(message => decisions.Of("inventory", message) is null).ShouldBe(1);
        Share(saga => decisions.IsRefused("payment", saga, "AuthorizePayment", 1)).ShouldBe(0.3, Near);
        Share(saga => decisions.IsRefused("inventory", saga, "ReserveStock", 1)).ShouldBe(0);
    }

    [Test]
    public void Is_all_or_none_at_the_ends_of_the_scale()
    {
        Share(message => Decisions("all: late=1").Of("shipping", message) == Fault.Late).ShouldBe(1);
        Share(message => Decisions("all: late=0").Of("shipping", message) is null).ShouldBe(1);
    }

    [Test]
    public void Is_decided_for_an_act_and_not_for_its_attempts()
    {
        var decisions = Decisions("payment: refuse=0.5");
        Share(saga =>
            decisions.IsRefused("payment", saga, "AuthorizePayment", 1) == decisions.IsRefused("payment", saga, "AuthorizePayment", 2))
            .ShouldBe(0.5, Near);
        Share(saga =>
            decisions.IsRefused("payment", saga, "AuthorizePayment", 1) == decisions.IsRefused("payment", saga, "CapturePayment", 1))
            .ShouldBe(0.5, Near);
    }

    [Test]
    public void Spreads_evenly_how_much_of_it()
    {
        var decisions = Decisions("all: delay=1");
        var parts = Messages.Select(message => decisions.Part("payment", Fault.Delay, message)).ToList();
        parts.ShouldAllBe(part => part >= 0 && part < 1);
        parts.Average().ShouldBe(0.5, Near);
        Share(message => decisions.Part("payment", Fault.Silence, message) < 0.5).ShouldBe(0.5, Near);
    }

    static readonly Fault?[] Known =
    [
        Fault.Late, Fault.Delay, Fault.Duplicate, Fault.Duplicate, Fault.Late, Fault.Late,
        Fault.Duplicate, Fault.Silence, Fault.Silence, Fault.Silence, Fault.Silence, Fault.Delay,
    ];

    static FaultDecisions Decisions(string spec) => new(FaultSpec.Parse(spec));

    static double Share(Func<Guid, bool> which) => Messages.Count(which) / (double)Many;
}
