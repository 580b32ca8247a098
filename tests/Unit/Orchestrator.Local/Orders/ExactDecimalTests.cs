using System.Globalization;
using Orchestrator.Local.Orders;

namespace Orchestrator.Tests.Unit.Local.Orders;

public class A_number_becomes_a_decimal
{
    [TestCase("0", "0")]
    [TestCase("-0.00", "0")]
    [TestCase("0e999999", "0")]
    [TestCase("14.00", "14")]
    [TestCase("1.4E+1", "14")]
    [TestCase("-12.50", "-12.5")]
    [TestCase("1e28", "10000000000000000000000000000")]
    [TestCase("79228162514264337593543950335", "79228162514264337593543950335")]
    [TestCase("7.9228162514264337593543950335", "7.9228162514264337593543950335")]
    [TestCase("0.0000000000000000000000000001000", "0.0000000000000000000000000001")]
    public void Without_trailing_zeros(string number, string text)
    {
        ExactDecimal.TryParse(number, out var value).ShouldBeTrue();
        value.ToString(CultureInfo.InvariantCulture).ShouldBe(text);
    }

    [TestCase("79228162514264337593543950336")]
    [TestCase("7.92281625142643375935439503355")]
    [TestCase("8e28")]
    [TestCase("1e29")]
    [TestCase("1e-29")]
    [TestCase("1e2147483648")]
    [TestCase("1e-2147483648")]
    [TestCase("1e-2147483649")]
    public void Or_none_when_it_does_not_fit_exactly(string number) => ExactDecimal.TryParse(number, out _).ShouldBeFalse();
}
