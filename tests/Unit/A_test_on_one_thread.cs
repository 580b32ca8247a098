namespace Orchestrator.Tests.Unit;

[TestFixture]
sealed class A_test_on_one_thread
{
    [OneThreadTest]
    public async Task Goes_on_after_each_await_on_the_thread_where_it_began()
    {
        var thread = Environment.CurrentManagedThreadId;
        for (var i = 0; i < 100; ++i)
        {
            await Task.Yield();
            Environment.CurrentManagedThreadId.ShouldBe(thread);
        }
    }

    [OneThreadTest]
    public async Task Runs_what_it_started_in_the_order_in_which_it_became_ready()
    {
        List<int> order = [];
        var others = Enumerable.Range(0, 100).Select(async i =>
        {
            await Task.Yield();
            order.Add(i);
        }).ToArray();
        await Task.Yield();
        order.ShouldBe(Enumerable.Range(0, 100));
        await Task.WhenAll(others);
    }
}
