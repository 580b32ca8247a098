using Orchestrator.Contracts;

namespace Orchestrator.Tests.Unit.Contracts;

public class Money_is_rounded_half_to_even
{
    [TestCase("0.125", "USD", "0.12")]
    [TestCase("0.135", "USD", "0.14")]
    [TestCase("0.5", "JPY", "0")]
    [TestCase("1.5", "JPY", "2")]
    [TestCase("1.0005", "KWD", "1.000")]
    public void To_the_minor_unit_of_its_currency(string exact, string currency, string rounded) =>
        Money.Rounded(decimal.Parse(exact, null), currency).Amount.ShouldBe(decimal.Parse(rounded, null));
}

public class Money_in_minor_units
{
    [Test]
    public void Is_written_with_all_digits_of_its_currency() =>
        Money.FromMinorUnits(44000, "USD").Amount.ToString(null, null).ShouldBe("440.00");

    [TestCase("12.34", "USD", 1234)]
    [TestCase("12", "JPY", 12)]
    [TestCase("1.234", "KWD", 1234)]
    public void Goes_there_and_back(string amount, string currency, long minor)
    {
        var money = new Money(decimal.Parse(amount, null), currency);
        money.MinorUnits().ShouldBe(minor);
        Money.FromMinorUnits(minor, currency).ShouldBe(money);
    }

    [Test]
    public void Refuses_a_fraction_of_one() =>
        Should.Throw<ArgumentException>(() => new Money(0.001m, "USD").MinorUnits()).Message.ShouldContain("0.00 USD");
}
