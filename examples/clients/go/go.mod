module example.com/epochta

go 1.19
