namespace Orchestrator.Tests.Unit.Local.Orders;

public class A_stock_file
{
    [TestCase("sku,onHand\nA,5\n", "A=5", TestName = "with a header")]
    [TestCase("\uFEFFSKU,onhand\r\nA,5\r\n", "A=5", TestName = "with a header after a byte-order mark, and CRLF")]
    [TestCase("A,0", "A=0", TestName = "without a header or a last line break")]
    [TestCase("\n\nA,5\n \nB , 6\n", "A=5", "B=6", TestName = "with blank lines and spaces")]
    [TestCase("\"a,b\",5\n\"x\"\"y\",6\n \"z\" ,\"7\"\n\"\"\"\",8", "a,b=5", "x\"y=6", "z=7", "\"=8", TestName = "with quotes")]
    [TestCase("A,5\nA,5\na,6", "A=5", "a=6", TestName = "with a line that comes twice")]
    public async Task Is_read(string text, params string[] levels) =>
        (await Lines.Stock(text)).Select(l => $"{l.Value?.Sku}={l.Value?.OnHand}{l.Rejection}").ShouldBe(levels);

    [TestCase("B,-1", "onHand is -1; it can't be negative")]
    [TestCase("B,1.5", "onHand is 1.5; a whole number up to 2147483647 is wanted")]
    [TestCase("B,many", "onHand is many; a whole number up to 2147483647 is wanted")]
    [TestCase("B,2147483648", "onHand is 2147483648; a whole number up to 2147483647 is wanted")]
    [TestCase("B,", "onHand is missing")]
    [TestCase("B", "the line has 1 column; two are wanted: sku,onHand")]
    [TestCase("B,1,2", "the line has 3 columns; two are wanted: sku,onHand")]
    [TestCase(",1", "sku is empty")]
    [TestCase("B\0,1", "the line holds a NUL at byte 2")]
    [TestCase("\"B,1", "a quote is out of place: quote the whole sku, and double the quotes in it")]
    [TestCase("B\"\",1", "a quote is out of place: quote the whole sku, and double the quotes in it")]
    [TestCase("\"B\"C\"\",1", "a quote is out of place: quote the whole sku, and double the quotes in it")]
    [TestCase("sku,onHand", "onHand is onHand; a whole number up to 2147483647 is wanted")]
    [TestCase("A,6", "sku A had 5 units on hand in an earlier line")]
    public async Task Loses_only_a_bad_line(string bad, string reason) =>
        (await Lines.Stock($"A,5\n{bad}\nC,7")).Select(l => (l.Number, l.Rejection)).ShouldBe([(1, null), (2, reason), (3, null)]);
}
